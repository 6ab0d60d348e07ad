import { z } from 'zod';
import { findChannel } from '../../../archive/channel.ts';
import { pagesOf } from '../../../cassandra/pages.ts';
import type { HandlerInput } from '../../../cli/command.ts';
import { renderTable } from '../../../output/table.ts';
import { formatDay, formatSpan } from '../format.ts';
import { teach } from '../lesson.ts';
import { withCassandra } from '../with-cassandra.ts';
import type { InspectTtlOptions } from './command.ts';

const SAMPLE = 20_000;
const rowSchema = z.object({ timestamp: z.number(), ttl: z.number().nullable() });

interface Age {
  readonly day: string;
  rows: number;
  /** Seconds until the first and the last of them is gone; null where rows have no TTL. */
  shortest_seconds: number | null;
  longest_seconds: number | null;
}

export async function inspectTtl({
  options,
  config,
  output,
  signal,
}: HandlerInput<InspectTtlOptions>): Promise<undefined> {
  const { settings } = config();
  const { days, name } = await withCassandra(settings, signal, async (session) => {
    const channel = await findChannel(session, settings, options.channel);
    const cql = `SELECT timestamp, TTL(message) AS ttl FROM ${settings.CASSANDRA_KEYSPACE}.${settings.CASSANDRA_TABLE} WHERE channel_id = ? LIMIT ${SAMPLE}`;
    const ages = new Map<string, Age>();
    for await (const rows of pagesOf(session, cql, [channel.id], { pageSize: 5000, timeoutMs: 20_000 }))
      for (const row of z.array(rowSchema).parse(rows)) add(ages, row);
    return { days: [...ages.values()], name: channel.name };
  });
  teach(output, {
    data: { channel: name, days },
    human: () =>
      renderTable(
        [
          { title: 'SENT_ON', value: ({ day }) => day },
          { title: 'ROWS', align: 'right', value: ({ rows }) => rows },
          {
            title: 'FIRST_GONE_IN',
            align: 'right',
            value: ({ shortest_seconds }) => remaining(shortest_seconds),
          },
          {
            title: 'LAST_GONE_IN',
            align: 'right',
            value: ({ longest_seconds }) => remaining(longest_seconds),
          },
        ],
        days,
      ),
    explains:
      'Cassandra counts a row’s time to live from when it was written, not from the time in its columns: old chat that was loaded today lives as long as new chat. ' +
      'A dead row is not deleted, it is left out: its file goes as a whole once everything in it is dead.',
  });
}

function add(ages: Map<string, Age>, { timestamp, ttl }: z.infer<typeof rowSchema>): void {
  const day = formatDay(timestamp);
  const age = ages.get(day) ?? { day, rows: 0, shortest_seconds: ttl, longest_seconds: ttl };
  age.rows += 1;
  if (ttl !== null) {
    age.shortest_seconds = Math.min(age.shortest_seconds ?? ttl, ttl);
    age.longest_seconds = Math.max(age.longest_seconds ?? ttl, ttl);
  }
  ages.set(day, age);
}

function remaining(seconds: number | null): string {
  return seconds === null ? 'never' : formatSpan(seconds * 1000);
}
