import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { findChannel } from '../../archive/channel.ts';
import type { CassandraSession } from '../../cassandra/client.ts';
import { defineCommand } from '../../cli/command.ts';
import { AppError } from '../../contract/errors.ts';
import { renderTable } from '../../output/table.ts';
import { teach } from './lesson.ts';
import { withCassandra } from './with-cassandra.ts';

const eventsSchema = z.array(
  z.object({
    activity: z.string(),
    source: z.string(),
    source_elapsed: z.number().nullable(),
    thread: z.string().nullable(),
  }),
);
const sessionSchema = z.array(z.object({ duration: z.number().nullable() }));
type TraceEvent = z.infer<typeof eventsSchema>[number];

/** Cassandra writes a trace behind the answer's back: it is complete when it has a duration. */
const ATTEMPTS = 40;
const PAUSE_MS = 50;

export const inspectTrace = defineCommand({
  name: 'trace',
  summary: 'What Cassandra does for one read of a channel, step by step.',
  arguments: [{ name: 'channel', description: 'name or id', required: true }],
  options: [
    { flags: '-n, --limit <n>', description: 'rows to read', default: 100 },
    {
      flags: '--cql <statement>',
      description: 'trace this statement instead; the channel is then only looked up',
    },
  ],
  examples: [['twitchstats inspect trace forsen', 'the newest 100 messages']],
  json: 'object',
  schema: z.object({
    channel: z.string(),
    limit: z.coerce.number().int().min(1).max(10_000).default(100),
    cql: z.string().optional(),
  }),
  run: async ({ options, config, output, signal }) => {
    const { settings } = config();
    const traced = await withCassandra(settings, async (session) => {
      const channel = await findChannel(session, settings, options.channel);
      const table = `${settings.CASSANDRA_KEYSPACE}.${settings.CASSANDRA_TABLE}`;
      const cql = options.cql ?? `SELECT * FROM ${table} WHERE channel_id = ? LIMIT ${options.limit}`;
      const started = performance.now();
      const { rows, traceId } = await session.query(cql, options.cql === undefined ? [channel.id] : [], {
        trace: true,
      });
      const answered_ms = Math.round((performance.now() - started) * 10) / 10;
      if (traceId === undefined)
        throw new AppError('CQL_FAILED', 'Cassandra gave no trace for this statement');
      return { cql, rows: rows.length, answered_ms, ...(await readTrace(session, traceId, signal)) };
    });
    teach(output, {
      data: traced,
      human: () =>
        `${traced.cql}\n${traced.rows} rows; ${traced.answered_ms} ms seen from here, ${(traced.duration_us / 1000).toFixed(1)} ms inside Cassandra\n\n${timeline(traced.events)}`,
      explains:
        'The coordinator asks the nodes that hold the partition, and each looks into its memtable and into the files that may have the key. ' +
        'The more files a read has to merge, and the more tombstones it steps over, the longer the line between two steps.',
    });
    return undefined;
  },
});

async function readTrace(session: CassandraSession, id: string, signal: AbortSignal) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    signal.throwIfAborted();
    const found = await session.query('SELECT duration FROM system_traces.sessions WHERE session_id = ?', [
      id,
    ]);
    const duration = sessionSchema.parse(found.rows)[0]?.duration;
    if (typeof duration === 'number') {
      const events = await session.query(
        'SELECT activity, source, source_elapsed, thread FROM system_traces.events WHERE session_id = ?',
        [id],
      );
      return { trace_id: id, duration_us: duration, events: eventsSchema.parse(events.rows) };
    }
    await sleep(PAUSE_MS);
  }
  throw new AppError('CQL_FAILED', 'Cassandra did not finish the trace in time', {
    hint: `Look later: SELECT * FROM system_traces.events WHERE session_id = ${id}`,
  });
}

function timeline(events: readonly TraceEvent[]): string {
  const ordered = [...events].sort((a, b) => (a.source_elapsed ?? 0) - (b.source_elapsed ?? 0));
  return renderTable(
    [
      { title: 'MICROSECONDS', align: 'right', value: ({ source_elapsed }) => source_elapsed ?? '' },
      { title: 'NODE', value: ({ source }) => source },
      { title: 'STEP', value: ({ activity }) => activity.replace(/\s+/g, ' ').slice(0, 110) },
    ],
    ordered,
  );
}
