import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { namesIn } from './names-in.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Jdk {
  readonly home: string;
  /** Feature release: 11, 17, 21 … */
  readonly version: number;
  /** Has `javac`, so that Maven can build with it; a plain runtime (JRE) is enough to run the servers. */
  readonly compiles: boolean;
  /** How it was found: `JAVA_HOME`, `PATH`, or the directory that was searched. */
  readonly foundBy: string;
}

/** What a JDK is wanted for. Cassandra 5.0 runs on 11 and 17 only (its start script refuses others); 17 is what we try. */
export type JdkPurpose = 'cassandra' | 'kafka' | 'processor' | 'build';

const fits: Record<JdkPurpose, (jdk: Jdk) => boolean> = {
  cassandra: ({ version }) => version === 17,
  kafka: ({ version }) => version >= 17,
  processor: ({ version }) => version >= 17,
  build: ({ version, compiles }) => version >= 17 && compiles,
};

/** In words, for `JDK_MISSING` and `doctor`. */
export const jdkNeeds: Record<JdkPurpose, string> = {
  cassandra: 'Cassandra 5.0 needs a JDK 17, not a newer one',
  kafka: 'Kafka 4 needs a JDK 17 or newer',
  processor: 'the processor needs a JDK 17 or newer',
  build: 'building the processor needs a JDK 17 or newer, with javac',
};

/**
 * The JDK for a purpose, or undefined. A 17 is preferred, since it serves all purposes and one set of class-data
 * archives is then enough; between equals the order of {@link findJdks} decides.
 */
export function chooseJdk(purpose: JdkPurpose, jdks: readonly Jdk[]): Jdk | undefined {
  const fitting = jdks.filter(fits[purpose]);
  return fitting.find(({ version }) => version === 17) ?? fitting[0];
}

/** Every JDK of this machine: `JAVA_HOME` first, then the one on `PATH`, then the usual places. */
export function findJdks(env: Env = process.env): Jdk[] {
  const found = new Map<string, Jdk>();
  for (const [home, foundBy] of candidateHomes(env)) {
    const real = realDirectory(home);
    if (real === undefined || found.has(real)) continue;
    const version = versionOf(real);
    if (version === undefined) continue;
    found.set(real, { home: real, version, compiles: existsSync(join(real, 'bin', 'javac')), foundBy });
  }
  return [...found.values()];
}

function* candidateHomes(env: Env): Generator<[home: string, foundBy: string]> {
  if (env.JAVA_HOME) yield [env.JAVA_HOME, 'JAVA_HOME'];
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    const java = join(directory, 'java');
    // macOS puts a stub in /usr/bin that asks to install Java; its real path has no JDK around it.
    if (directory !== '' && existsSync(java)) yield [dirname(dirname(realpathSync(java))), 'PATH'];
  }
  for (const place of usualPlaces(env)) {
    for (const entry of namesIn(place)) {
      yield [join(place, entry), place];
      yield [join(place, entry, 'Contents', 'Home'), place];
      yield [join(place, entry, 'libexec', 'openjdk.jdk', 'Contents', 'Home'), place];
    }
  }
}

function usualPlaces({ HOME = '' }: Env): string[] {
  const ofUser = [
    '.sdkman/candidates/java',
    '.asdf/installs/java',
    '.local/share/mise/installs/java',
    '.jdks',
    'Library/Java/JavaVirtualMachines',
  ];
  return [
    ...(HOME === '' ? [] : ofUser.map((place) => join(HOME, place))),
    '/usr/lib/jvm',
    '/Library/Java/JavaVirtualMachines',
    '/opt/homebrew/opt',
    '/usr/local/opt',
    '/opt/java',
  ];
}

function realDirectory(home: string): string | undefined {
  try {
    return existsSync(join(home, 'bin', 'java')) ? realpathSync(home) : undefined;
  } catch {
    return undefined;
  }
}

/** From the `release` file that every JDK since 7 carries; only without one is the JVM asked, which costs 50 ms. */
function versionOf(home: string): number | undefined {
  try {
    const [, version] = /^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(join(home, 'release'), 'utf8')) ?? [];
    if (version !== undefined) return featureRelease(version);
  } catch {
    // Asked below.
  }
  // It says so on stderr, and nothing when it cannot be run.
  const { stderr } = spawnSync(join(home, 'bin', 'java'), ['-XshowSettings:properties', '-version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 10_000,
  });
  const [, version] = /java\.version = (\S+)/.exec(stderr ?? '') ?? [];
  return version === undefined ? undefined : featureRelease(version);
}

/** `17.0.15` → 17, `1.8.0_402` → 8. */
function featureRelease(version: string): number | undefined {
  const [, feature] = /^(?:1\.)?(\d+)/.exec(version) ?? [];
  return feature === undefined ? undefined : Number(feature);
}
