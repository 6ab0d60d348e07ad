import { join } from 'node:path';
import { bootstrap } from '../../bootstrap/bootstrap.ts';
import { settingsSchema } from '../../config/settings.ts';
import { freePorts } from '../../stack/ports.ts';
import { embeddedServices, testClassPaths, testProcessorService } from '../embedded.ts';
import { type Cast, type CastOptions, WINDOW_SECONDS } from './cast.ts';
import { type FaultTarget, scheduleFaults } from './faults.ts';
import { startVictim } from './victim.ts';

const targets: readonly [FaultTarget, ...FaultTarget[]] = [
  { name: 'count', kinds: ['kill', 'kill', 'pause'], weight: 4 },
  { name: 'archive', kinds: ['kill', 'kill', 'pause'], weight: 4 },
  { name: 'kafka', kinds: ['restart', 'kill'], weight: 1 },
  { name: 'cassandra', kinds: ['restart', 'kill'], weight: 1 },
];

/** One of each, as `up` starts them: nothing takes over, all has to come back. */
export const laptop: Cast = {
  schedule: (seed, count) => scheduleFaults(seed, count, targets),
  start,
};

async function start({ directory, env, signal }: CastOptions) {
  const ports = await freePorts(7);
  const servers = embeddedServices(directory, ports.slice(0, 5), await testClassPaths());
  const settings = settingsSchema.parse({
    KAFKA_BROKERS: `127.0.0.1:${servers.kafka.ports.broker}`,
    CASSANDRA_HOSTS: `127.0.0.1:${servers.cassandra.ports.cql}`,
    WINDOW_SIZE_SECONDS: WINDOW_SECONDS,
    LOG_LEVEL: 'info',
  });
  const processor = (role: 'count' | 'archive', port = 0) =>
    testProcessorService({
      settings,
      role,
      stateDir: join(directory, 'state', role),
      runDir: join(directory, 'run', role),
      port,
      env,
    });
  const log = (name: string) => join(directory, 'logs', `${name}.log`);
  const play = (name: string, service: Parameters<typeof startVictim>[1]) =>
    startVictim(name, service, log(name), signal);
  const [kafka, cassandra] = await Promise.all([
    play('kafka', servers.kafka),
    play('cassandra', servers.cassandra),
  ]);
  await bootstrap(settings);
  const [counter, archiver] = [await processor('count', ports[5]), await processor('archive', ports[6])];
  const [count, archive] = await Promise.all([play('count', counter), play('archive', archiver)]);
  return { settings, victims: [kafka, cassandra, count, archive] };
}
