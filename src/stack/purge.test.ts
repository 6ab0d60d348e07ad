import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { acquireLock, acquireSupervisorLock } from './lock.ts';
import { homePaths } from './paths.ts';
import { purge, purgeTargets } from './purge.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'purge-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

const kafkaLog = () => join(homePaths(home).data, 'kafka', 'file');

function write(...path: string[]): string {
  const file = join(home, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, 'x'.repeat(10_000));
  return file;
}

function fill(): void {
  write('data', 'kafka', 'file');
  write('data', 'processor-count', 'state');
  write('logs', 'kafka.1.log');
  write('logs', 'supervisor.log');
  write('run', 'kcat.conf');
  write('run', 'api', 'scratch');
  write('cache', 'classpath-kafka-1.json');
  write('stack', 'state.json');
}

it('deletes what a stack made, and the home directory with it', () => {
  fill();
  const { data, cache, logs, run, stack } = homePaths(home);
  expect(purgeTargets(home).map(({ path }) => path)).toEqual([data, logs, run, cache, stack]);
  expect(purgeTargets(home)[0]?.bytes).toBeGreaterThanOrEqual(20_000);
  expect(purge(home)).toEqual([data, logs, run, cache, stack]);
  expect(existsSync(home)).toBe(false);
  expect(purge(home)).toEqual([]);
});

it('keeps what is not its own, in directories of these names too', () => {
  fill();
  const mine = [
    write('notes.txt'),
    write('data', 'measurements.csv'),
    write('logs', 'apache.log'),
    write('stack', 'overflow'),
  ];
  const deleted = purge(home);
  expect(deleted).toContain(join(home, 'data', 'kafka'));
  expect(deleted).not.toContain(join(home, 'data'));
  expect(mine.filter((file) => !existsSync(file))).toEqual([]);
  expect(existsSync(kafkaLog())).toBe(false);
  expect(purgeTargets(home)).toEqual([]);
});

it('deletes nothing under a stack that began meanwhile', () => {
  fill();
  const lock = acquireSupervisorLock(home);
  expect(() => purge(home)).toThrow(`Another \`up\` (pid ${process.pid}) began meanwhile under ${home}`);
  expect(existsSync(kafkaLog())).toBe(true);
  if ('release' in lock) lock.release();
  purge(home);
  expect(existsSync(home)).toBe(false);
});

it('deletes nothing under an `ingest` that runs by itself', () => {
  fill();
  const directory = join(homePaths(home).data, 'ingest-stdin');
  const lock = acquireLock(join(directory, 'lock'), directory);
  expect(() => purge(home)).toThrow(`An \`ingest\` (pid ${process.pid}) uses ${directory}`);
  expect(existsSync(kafkaLog())).toBe(true);
  if ('release' in lock) lock.release();
  purge(home);
  expect(existsSync(home)).toBe(false);
});
