import { probeCassandra } from '../../cassandra/probe.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { errorKinds, toAppError } from '../../contract/errors.ts';
import { probeKafka } from '../../kafka/probe.ts';
import { resolveClassPaths } from '../../stack/artefacts.ts';
import { runningStack } from '../../stack/discover.ts';
import { chooseJdk, findJdks } from '../../stack/jdk.ts';
import { homePaths } from '../../stack/paths.ts';
import { describeHolder, portHolder } from '../../stack/port-holder.ts';
import { isPortFree } from '../../stack/ports.ts';
import { type Finding, failure, ok, warning } from './finding.ts';

/** Would `up` need the network? */
export async function cacheFinding(home: string): Promise<Finding> {
  const jdk = chooseJdk('processor', findJdks());
  if (jdk === undefined)
    return warning('libraries', 'cannot be looked for without a JDK', 'Install a JDK 17.');
  try {
    const found = await resolveClassPaths({ jdk, cacheDir: homePaths(home).cache, offline: true });
    const count = Object.values(found).reduce((sum, entries) => sum + entries.length, 0);
    return ok('libraries', `${count} jars are at hand; \`up\` needs no network`);
  } catch {
    return warning(
      'libraries',
      'not all are at hand; `up` fetches them',
      '`twitchstats fetch` does so ahead of time.',
    );
  }
}

/** The ports that `up` would take; those of our own running stack are rightly taken. */
export async function portFindings(home: string, { settings }: LoadedConfig): Promise<Finding[]> {
  const running = runningStack(home);
  if (running !== undefined) return [ok('ports', `a stack runs here (pid ${running.supervisor.pid})`)];
  const portOf = (addresses: readonly string[]) => Number(/:(\d+)$/.exec(addresses[0] ?? '')?.[1] ?? 0);
  const wanted: [string, number][] = [
    ['Kafka', portOf(settings.KAFKA_BROKERS)],
    ['Cassandra', portOf(settings.CASSANDRA_HOSTS)],
    ['processor', settings.PROCESSOR_HTTP_PORT],
    ['ingest', settings.INGEST_HTTP_PORT],
    ['API', settings.PORT],
  ];
  const taken: string[] = [];
  for (const [what, port] of wanted) {
    if (port !== 0 && !(await isPortFree(port)))
      taken.push(`${port} (${what}) is held by ${describeHolder(portHolder(port))}`);
  }
  if (taken.length === 0) return [ok('ports', `${wanted.map(([, port]) => port).join(', ')} are free`)];
  return taken.map((detail) =>
    warning('ports', detail, 'Stop what holds it, or use `twitchstats up --ports auto`.'),
  );
}

/** Clusters that the user names, or has a login or a certificate for, are asked; those of a stack of ours answer for themselves in `status`. */
export async function clusterFindings(
  { settings, sources }: LoadedConfig,
  signal: AbortSignal,
): Promise<Finding[]> {
  const elsewhere = (name: 'KAFKA_BROKERS' | 'CASSANDRA_HOSTS') =>
    !['default', 'running stack'].includes(sources[name]) &&
    // On this machine it may as well say where `up` is to start one.
    !settings[name].every((address) => /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(address));
  const findings: Promise<Finding>[] = [];
  const { KAFKA_SECURITY_PROTOCOL, CASSANDRA_TLS, CASSANDRA_USERNAME } = settings;
  if (KAFKA_SECURITY_PROTOCOL !== 'PLAINTEXT' || elsewhere('KAFKA_BROKERS')) {
    const where = settings.KAFKA_BROKERS.join(', ');
    findings.push(
      ask('Kafka', where, 'KAFKA_BROKERS', async () => {
        await probeKafka(settings, signal);
        return 'produced and consumed a record';
      }),
    );
  }
  if (CASSANDRA_TLS || CASSANDRA_USERNAME !== undefined || elsewhere('CASSANDRA_HOSTS')) {
    const where = settings.CASSANDRA_HOSTS.join(', ');
    findings.push(
      ask('Cassandra', where, 'CASSANDRA_HOSTS', async () => `release ${await probeCassandra(settings)}`),
    );
  }
  return Promise.all(findings);
}

async function ask(
  name: string,
  where: string,
  setting: string,
  probe: () => Promise<string>,
): Promise<Finding> {
  try {
    return ok(name, `${where}: ${await probe()}`);
  } catch (error) {
    const { message, detail, code, hint } = toAppError(error);
    const usual = `Check ${setting}; without it \`up\` starts its own.`;
    return failure(name, `${where}: ${detail ?? message}`, hint === errorKinds[code].hint ? usual : hint);
  }
}
