import { findChannel } from '../../../archive/channel.ts';
import { readTrace } from '../../../cassandra/trace.ts';
import type { HandlerInput } from '../../../cli/command.ts';
import { traceTimeline } from '../../../output/trace-timeline.ts';
import { teach } from '../lesson.ts';
import { withCassandra } from '../with-cassandra.ts';
import type { InspectTraceOptions } from './command.ts';

export async function inspectTrace({
  options,
  config,
  output,
  signal,
}: HandlerInput<InspectTraceOptions>): Promise<undefined> {
  const { settings } = config();
  const traced = await withCassandra(settings, signal, async (session) => {
    const channel = await findChannel(session, settings, options.channel);
    const table = `${settings.CASSANDRA_KEYSPACE}.${settings.CASSANDRA_TABLE}`;
    const cql = options.cql ?? `SELECT * FROM ${table} WHERE channel_id = ? LIMIT ${options.limit}`;
    const started = performance.now();
    const { rows, traceId } = await session.query(cql, options.cql === undefined ? [channel.id] : [], {
      trace: true,
    });
    const answered_ms = Math.round((performance.now() - started) * 10) / 10;
    return { cql, rows: rows.length, answered_ms, ...(await readTrace(session, traceId, signal)) };
  });
  teach(output, {
    data: traced,
    human: () =>
      `${traced.cql}\n${traced.rows} rows; ${traced.answered_ms} ms seen from here, ${(traced.duration_us / 1000).toFixed(1)} ms inside Cassandra\n\n${traceTimeline(traced.events)}`,
    explains:
      'The coordinator asks the nodes that hold the partition, and each looks into its memtable and into the files that may have the key. ' +
      'The more files a read has to merge, and the more tombstones it steps over, the longer the line between two steps.',
  });
}
