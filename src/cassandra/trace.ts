import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../contract/errors.ts';
import type { CassandraSession } from './client.ts';

const eventsSchema = z.array(
  z.object({
    activity: z.string(),
    source: z.string(),
    /** Microseconds since the statement came. */
    source_elapsed: z.number().nullable(),
    thread: z.string().nullable(),
  }),
);
const sessionSchema = z.array(z.object({ duration: z.number().nullable() }));

export type TraceEvent = z.infer<typeof eventsSchema>[number];

/** What Cassandra did for one statement. */
export interface Trace {
  readonly trace_id: string;
  /** Microseconds inside Cassandra. */
  readonly duration_us: number;
  readonly events: readonly TraceEvent[];
}

/** Cassandra writes a trace behind the answer's back: it is complete when it has a duration. */
const ATTEMPTS = 40;
const PAUSE_MS = 50;

/**
 * The trace of a page that was asked for with `trace: true`.
 * @throws AppError CQL_FAILED when there is none, or it does not come to an end within two seconds; CASSANDRA_UNREACHABLE
 */
export async function readTrace(
  session: CassandraSession,
  traceId: string | undefined,
  signal: AbortSignal,
): Promise<Trace> {
  if (traceId === undefined) throw new AppError('CQL_FAILED', 'Cassandra gave no trace for this statement');
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    signal.throwIfAborted();
    const select = 'SELECT duration FROM system_traces.sessions WHERE session_id = ?';
    const [found] = sessionSchema.parse((await session.query(select, [traceId])).rows);
    if (typeof found?.duration === 'number') {
      const { rows } = await session.query(
        'SELECT activity, source, source_elapsed, thread FROM system_traces.events WHERE session_id = ?',
        [traceId],
      );
      return { trace_id: traceId, duration_us: found.duration, events: eventsSchema.parse(rows) };
    }
    await sleep(PAUSE_MS);
  }
  throw new AppError('CQL_FAILED', 'Cassandra did not finish the trace in time', {
    hint: `Look later: SELECT * FROM system_traces.events WHERE session_id = ${traceId}`,
  });
}
