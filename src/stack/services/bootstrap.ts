import { type BootstrapItem, bootstrapSchema, bootstrapTopics } from '../../bootstrap/bootstrap.ts';
import type { Settings } from '../../config/settings.ts';
import type { TaskService } from '../service.ts';

/** Creates the topics of the contract; apart from the schema, so that neither server waits for the other. */
export function topicsTask(settings: Settings): TaskService {
  return {
    kind: 'task',
    name: 'topics',
    dependsOn: ['kafka'],
    run: async (signal) => summary(await bootstrapTopics(settings, { signal })),
  };
}

/** Creates the keyspace and the tables. */
export function schemaTask(settings: Settings): TaskService {
  return {
    kind: 'task',
    name: 'schema',
    dependsOn: ['cassandra'],
    run: async (signal) => summary(await bootstrapSchema(settings, { signal })),
  };
}

function summary(items: readonly BootstrapItem[]): string {
  const created = items.filter(({ state }) => state === 'created').length;
  const drifted = items.filter(({ state }) => state === 'drifted').length;
  return [
    created > 0 ? `${created} created` : `${items.length} found`,
    ...(drifted > 0 ? [`${drifted} differ from the contract (see \`twitchstats bootstrap --check\`)`] : []),
  ].join(', ');
}
