import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { classData, classDataFlags, makeArchive } from './class-data.ts';
import { chooseJdk, findJdks } from './jdk.ts';
import { packagePaths } from './paths.ts';

const directory = mkdtempSync(join(tmpdir(), 'twitchstats-classes-'));
afterAll(() => rmSync(directory, { recursive: true }));
const jdk = chooseJdk('processor', findJdks());
const never = new AbortController().signal;

describe.skipIf(jdk === undefined || !existsSync(packagePaths.processorJar))('a class-data archive', () => {
  const of = (name: string) => {
    if (jdk === undefined) throw new Error('no JDK');
    return classData(name, jdk, [packagePaths.processorJar], directory);
  };

  it('is another one for another class path', () => {
    expect(of('kafka').archive).toBe(of('kafka').archive);
    if (jdk === undefined) return;
    expect(classData('kafka', jdk, ['/other.jar'], directory).archive).not.toBe(of('kafka').archive);
  });

  it('is noted first, made then, and used from then on', async () => {
    const data = of('kafka');
    expect(classDataFlags(data)).toEqual([`-XX:DumpLoadedClassList=${data.classList}`]);
    writeFileSync(data.classList, 'java/lang/Object id: 0\njava/lang/String id: 1\njava/lang/Str');
    expect(await makeArchive(data, never)).toBe(true);
    expect(classDataFlags(data)).toContain(`-XX:SharedArchiveFile=${data.archive}`);
    expect(readdirSync(directory).filter((name) => name.includes('kafka'))).toHaveLength(1);
  });

  it('is made anew when a jar was built anew, which the JVM would refuse, and the old one goes', async () => {
    const jar = join(directory, 'own.jar');
    const own = () => {
      if (jdk === undefined) throw new Error('no JDK');
      return classData('own', jdk, [jar], directory);
    };
    writeFileSync(jar, '');
    const before = own();
    writeFileSync(before.archive, '');
    expect(own().archive).toBe(before.archive);
    utimesSync(jar, 1, 1);
    const after = own();
    expect(after.archive).not.toBe(before.archive);
    writeFileSync(after.classList, 'java/lang/Object id: 0\n');
    expect(await makeArchive(after, never)).toBe(true);
    expect([existsSync(before.archive), existsSync(after.archive)]).toEqual([false, true]);
  });

  it('that cannot be made is done without', async () => {
    expect(await makeArchive(of('processor'), never)).toBe(false);
    const stopped = of('cassandra');
    writeFileSync(stopped.classList, 'java/lang/Object id: 0\n');
    expect(await makeArchive(stopped, AbortSignal.abort())).toBe(false);
    expect(existsSync(stopped.archive)).toBe(false);
  });
});
