import { probeCassandra } from '../../cassandra/probe.ts';
import type { Settings } from '../../config/settings.ts';
import { probeKafka } from '../../kafka/probe.ts';
import type { TaskService } from '../service.ts';

/** Clusters that run elsewhere: nothing to start, but the same proof that they work. */
export function externalServers(settings: Settings): TaskService[] {
  return [
    {
      kind: 'task',
      name: 'kafka',
      dependsOn: [],
      run: async (signal) => {
        await probeKafka(settings, signal);
        return `produced and consumed a record at ${settings.KAFKA_BROKERS.join(', ')}`;
      },
    },
    {
      kind: 'task',
      name: 'cassandra',
      dependsOn: [],
      run: async () => `release ${await probeCassandra(settings)} at ${settings.CASSANDRA_HOSTS.join(', ')}`,
    },
  ];
}
