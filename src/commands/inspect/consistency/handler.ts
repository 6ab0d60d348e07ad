import { z } from 'zod';
import type { CassandraSession } from '../../../cassandra/client.ts';
import type { HandlerInput } from '../../../cli/command.ts';
import type { Settings } from '../../../config/settings.ts';
import { toAppError } from '../../../contract/errors.ts';
import { renderTable } from '../../../output/table.ts';
import { teach } from '../lesson.ts';
import { replicasNeeded, replicasOf } from '../replication.ts';
import { withCassandra } from '../with-cassandra.ts';

const levels = ['ONE', 'LOCAL_ONE', 'TWO', 'THREE', 'QUORUM', 'LOCAL_QUORUM', 'EACH_QUORUM', 'ALL'] as const;

interface LevelReport {
  readonly level: (typeof levels)[number];
  readonly needs: number;
  readonly survives: number;
  readonly answered: boolean;
  readonly ms: number | null;
  readonly reason: string | null;
}

export async function inspectConsistency({
  config,
  output,
  signal,
}: HandlerInput<unknown>): Promise<undefined> {
  const { settings } = config();
  const report = await withCassandra(settings, signal, async (session) => {
    const replication = await replicationOf(session, settings.CASSANDRA_KEYSPACE);
    const replicas = replicasOf(replication);
    const tried: LevelReport[] = [];
    for (const level of levels) tried.push(await tryLevel(session, settings, level, replicas));
    return { keyspace: settings.CASSANDRA_KEYSPACE, replication, levels: tried };
  });
  teach(output, {
    data: report,
    human: () =>
      `keyspace ${report.keyspace}: ${JSON.stringify(report.replication)}\n\n${renderTable(
        [
          { title: 'LEVEL', value: ({ level }) => level },
          { title: 'REPLICAS_NEEDED', align: 'right', value: ({ needs }) => needs },
          { title: 'MAY_BE_DOWN', align: 'right', value: ({ survives }) => survives },
          {
            title: 'NOW',
            value: ({ answered, ms, reason }) => (answered ? `answered in ${ms} ms` : (reason ?? '')),
          },
        ],
        report.levels,
      )}`,
    explains:
      'A level says how many replicas must answer before you are answered: more of them is fresher and slower, and fails sooner when nodes are down. ' +
      'When the replicas written and the replicas read are together more than all replicas, a read sees every write before it.',
  });
}

async function replicationOf(session: CassandraSession, keyspace: string): Promise<Record<string, string>> {
  const { rows } = await session.query(
    'SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?',
    [keyspace],
  );
  return (
    z.array(z.object({ replication: z.record(z.string(), z.string()) })).parse(rows)[0]?.replication ?? {}
  );
}

async function tryLevel(
  session: CassandraSession,
  { CASSANDRA_KEYSPACE, CASSANDRA_TABLE }: Settings,
  level: (typeof levels)[number],
  replicas: readonly number[],
): Promise<LevelReport> {
  const { needs, survives } = replicasNeeded(level, replicas);
  const cql = `SELECT timestamp FROM ${CASSANDRA_KEYSPACE}.${CASSANDRA_TABLE} WHERE channel_id = ? LIMIT 1`;
  const started = performance.now();
  try {
    await session.query(cql, ['consistency-probe'], { consistency: level });
    const ms = Math.round((performance.now() - started) * 10) / 10;
    return { level, needs, survives, answered: true, ms, reason: null };
  } catch (error) {
    const { message, detail } = toAppError(error);
    return { level, needs, survives, answered: false, ms: null, reason: detail ?? message };
  }
}
