import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { prepareTmpDir } from './jvm.ts';

it('removes the libraries that a killed JVM unpacked, and nothing else', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'twitchstats-jvm-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const directory = join(parent, 'run', 'processor');
  await prepareTmpDir(directory);
  const unpacked = [
    'librocksdbjni1876707590504049955.so',
    'liblz4-java-7324254009135241708.so',
    'liblz4-java-7324254009135241708.so.lck',
    'snappy-1.1.10-eb43e38d-libsnappyjava.dylib',
    'librocksdbjni42.jnilib',
  ];
  for (const name of [...unpacked, 'server.properties', 'notes.so.txt'])
    writeFileSync(join(directory, name), '');
  await prepareTmpDir(directory);
  expect(readdirSync(directory).sort()).toEqual(['notes.so.txt', 'server.properties']);
});
