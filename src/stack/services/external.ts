import { probeCassandra } from '../../cassandra/probe.ts';
import type { Settings } from '../../config/settings.ts';
import { AppError, errorKinds } from '../../contract/errors.ts';
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
        await ofTheUsers('KAFKA_BROKERS', () => probeKafka(settings, signal));
        return `produced and consumed a record at ${settings.KAFKA_BROKERS.join(', ')}`;
      },
    },
    {
      kind: 'task',
      name: 'cassandra',
      dependsOn: [],
      run: async () => {
        const release = await ofTheUsers('CASSANDRA_HOSTS', () => probeCassandra(settings));
        return `release ${release} at ${settings.CASSANDRA_HOSTS.join(', ')}`;
      },
    },
  ];
}

/** The usual hint asks whether our own stack is up: here the setting is what can be wrong. */
async function ofTheUsers<T>(
  setting: 'KAFKA_BROKERS' | 'CASSANDRA_HOSTS',
  probe: () => Promise<T>,
): Promise<T> {
  try {
    return await probe();
  } catch (error) {
    if (!(error instanceof AppError) || error.hint !== errorKinds[error.code].hint) throw error;
    const { code, message, detail, cause } = error;
    const hint = `Check ${setting}, and that this machine may connect to it.`;
    throw new AppError(code, message, { ...(detail === undefined ? {} : { detail }), hint, cause });
  }
}
