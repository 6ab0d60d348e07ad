import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needJdk } from '../../src/stack/jdk-choice.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What lies in the working copy now, its results left out. */
export function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', cwd: root }).trim();
  const isDirty = git('status', '--porcelain', '--untracked-files=no', '--', ':/', ':!/bench/results') !== '';
  return `${git('rev-parse', '--short', 'HEAD')}${isDirty ? ' with changes' : ''}`;
}

/** Hardware, runtimes and servers, in words. */
export function machine(): string {
  const [cpu] = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  const hardware = `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${gib} GiB`;
  return [hardware, `Node ${process.versions.node}`, `JDK ${jdkVersion()}`, ...serverVersions()].join(', ');
}

/** `17.0.15`, out of the file that every JDK has. */
function jdkVersion(): string {
  const release = readFileSync(join(needJdk('cassandra').home, 'release'), 'utf8');
  return /^JAVA_VERSION="(.*)"$/m.exec(release)?.[1] ?? 'unknown';
}

/** As the launcher asks for them. */
function serverVersions(): string[] {
  const launcher = readFileSync(
    join(root, 'processor/src/main/java/twitchstats/launcher/ClassPaths.java'),
    'utf8',
  );
  const version = (artefact: string) =>
    new RegExp(`"${artefact}", "([^"]+)"`).exec(launcher)?.[1] ?? 'unknown';
  return [`Kafka ${version('kafka_2.13')}`, `Cassandra ${version('cassandra-all')}`];
}
