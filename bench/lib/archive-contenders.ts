import { bootstrapSchema, bootstrapTopics } from '../../src/bootstrap/bootstrap.ts';
import { connectCassandra } from '../../src/cassandra/client.ts';
import type { Settings } from '../../src/config/settings.ts';
import { testClassPaths } from '../../src/testing/embedded.ts';
import { mustBeArchived } from './archived-rows.ts';
import { type FullTopic, ownSettings } from './count-contenders.ts';
import { printedNumber, runJavaPeer } from './java-peer.ts';
import { drainTopic, type RoleRun } from './role-run.ts';

/** A message is a row in each of the two message tables. */
const ROWS_A_MESSAGE = 2;

/** Archives the whole topic into tables of its own. Figures a row. @throws Error when rows are missing */
export function archiveAll(topic: FullTopic, env: Readonly<Record<string, string>>): Promise<RoleRun> {
  return withTables(topic, async (settings) => {
    await bootstrapTopics(settings);
    return aRow(await drainTopic({ settings, role: 'archive', env, ends: topic.ends }));
  });
}

/**
 * The same rows, each an insert of its own, `inFlight` of them awaited at once. Neither reading Kafka nor decoding is in
 * its time.
 */
export function insertAll(topic: FullTopic, file: string, inFlight: number, messages: number) {
  return withTables({ ...topic, records: messages }, async (settings): Promise<RoleRun> => {
    const printed = await runJavaPeer('InsertPeer.java', (await testClassPaths()).processor, [
      ...[settings.CASSANDRA_HOSTS[0] ?? '', settings.CASSANDRA_DATACENTER, settings.CASSANDRA_KEYSPACE],
      ...[file, String(inFlight), String(messages)],
    ]);
    const rows = printedNumber(printed, 'rows');
    return {
      recordsPerSecond: rows / printedNumber(printed, 'seconds'),
      cpuMicros: (printedNumber(printed, 'cpu') * 1e6) / rows,
    };
  });
}

function aRow({ recordsPerSecond, cpuMicros }: RoleRun): RoleRun {
  return { recordsPerSecond: recordsPerSecond * ROWS_A_MESSAGE, cpuMicros: cpuMicros / ROWS_A_MESSAGE };
}

async function withTables(
  { settings, records }: FullTopic,
  use: (settings: Settings) => Promise<RoleRun>,
): Promise<RoleRun> {
  const own = ownSettings(settings);
  await bootstrapSchema(own);
  const session = await connectCassandra(own);
  try {
    const run = await use(own);
    await mustBeArchived(own, records);
    return run;
  } finally {
    await session.alterSchema(`DROP KEYSPACE IF EXISTS ${own.CASSANDRA_KEYSPACE}`);
    await session.close();
  }
}
