import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { chooseJdk, findJdks, type Jdk } from './jdk.ts';
import { needJdk } from './jdk-choice.ts';

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'twitchstats-jdk-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
});

/** A directory that looks like a JDK. */
function install(name: string, version: string): string {
  const home = join(root, name);
  mkdirSync(join(home, 'bin'), { recursive: true });
  for (const tool of ['java', 'javac']) writeFileSync(join(home, 'bin', tool), '', { mode: 0o755 });
  writeFileSync(join(home, 'release'), `IMPLEMENTOR="Test"\nJAVA_VERSION="${version}"\n`);
  return home;
}

const jdk = (version: number): Jdk => ({ home: `/jdk-${version}`, version, compiles: true, foundBy: 'test' });

describe('finding JDKs', () => {
  it('looks at JAVA_HOME first, then at PATH, then below the user’s home', () => {
    const named = install('named', '21.0.2');
    const onPath = install('on-path', '17.0.15');
    const ofUser = install('.sdkman/candidates/java/11.0.20-tem', '11.0.20');
    const bin = join(root, 'links');
    mkdirSync(bin);
    symlinkSync(join(onPath, 'bin', 'java'), join(bin, 'java'));
    const found = findJdks({ JAVA_HOME: named, PATH: bin, HOME: root });
    expect(found.slice(0, 3).map(({ home, version }) => [home, version])).toEqual([
      [named, 21],
      [onPath, 17],
      [ofUser, 11],
    ]);
  });

  it('asks the JVM where no file says its version', () => {
    const home = install('bare', '');
    rmSync(join(home, 'release'));
    const says = '#!/bin/sh\necho "    java.version = 17.0.9" >&2\n';
    writeFileSync(join(home, 'bin', 'java'), says, { mode: 0o755 });
    expect(findJdks({ JAVA_HOME: home })[0]).toMatchObject({ home, version: 17 });
  });

  it('passes over what is not one, and reads the old way of numbering', () => {
    mkdirSync(join(root, 'empty'));
    expect(findJdks({ JAVA_HOME: join(root, 'empty') }).some(({ home }) => home.startsWith(root))).toBe(
      false,
    );
    const old = install('old', '1.8.0_402');
    expect(findJdks({ JAVA_HOME: old })[0]).toMatchObject({ home: old, version: 8 });
  });
});

describe('choosing a JDK', () => {
  it('takes a 17 for everything, so that one set of class-data archives is enough', () => {
    expect(chooseJdk('kafka', [jdk(25), jdk(17)])?.version).toBe(17);
  });

  it('takes no JDK for Cassandra that Cassandra refuses to run on', () => {
    expect(chooseJdk('cassandra', [jdk(25), jdk(21)])).toBeUndefined();
  });

  it('says what is needed and what there is', () => {
    expect(() => needJdk('cassandra', [jdk(25)])).toThrowError(
      expect.objectContaining({
        code: 'JDK_MISSING',
        detail: 'Cassandra 5.0 needs a JDK 17, not a newer one. Found: 25 in /jdk-25.',
      }),
    );
  });
});
