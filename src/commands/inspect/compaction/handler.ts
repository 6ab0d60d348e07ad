import { z } from 'zod';
import type { HandlerInput } from '../../../cli/command.ts';
import { renderTable } from '../../../output/table.ts';
import { formatBytes } from '../format.ts';
import { teach } from '../lesson.ts';
import { withCassandra } from '../with-cassandra.ts';

const tableSchema = z.object({
  table_name: z.string(),
  default_time_to_live: z.number(),
  compaction: z.record(z.string(), z.string()),
});
const diskSchema = z.object({ table_name: z.string(), mebibytes: z.number() });
const pastSchema = z.object({
  columnfamily_name: z.string(),
  compacted_at: z.string(),
  bytes_in: z.number(),
  bytes_out: z.number(),
});

export async function inspectCompaction({
  config,
  output,
  signal,
}: HandlerInput<unknown>): Promise<undefined> {
  const { settings } = config();
  const keyspace = settings.CASSANDRA_KEYSPACE;
  const { tables, compactions } = await withCassandra(settings, signal, async (session) => {
    const [schema, disk, past] = await Promise.all([
      session.query(
        'SELECT table_name, default_time_to_live, compaction FROM system_schema.tables WHERE keyspace_name = ?',
        [keyspace],
      ),
      session.query('SELECT table_name, mebibytes FROM system_views.disk_usage WHERE keyspace_name = ?', [
        keyspace,
      ]),
      session.query('SELECT * FROM system.compaction_history', [], { pageSize: 5000 }),
    ]);
    const sizes = new Map(
      z
        .array(diskSchema)
        .parse(disk.rows)
        .map((row) => [row.table_name, row.mebibytes]),
    );
    return {
      tables: z
        .array(tableSchema)
        .parse(schema.rows)
        .map(({ table_name, default_time_to_live, compaction }) => ({
          table: table_name,
          strategy: compaction.class?.split('.').at(-1) ?? '',
          window: [compaction.compaction_window_size, compaction.compaction_window_unit?.toLowerCase()]
            .join(' ')
            .trim(),
          default_ttl_seconds: default_time_to_live,
          mebibytes: sizes.get(table_name) ?? 0,
        })),
      compactions: past.rows
        .filter((row) => row.keyspace_name === keyspace)
        .map((row) => pastSchema.parse(row))
        .sort((a, b) => (a.compacted_at < b.compacted_at ? 1 : -1))
        .slice(0, 10),
    };
  });
  teach(output, {
    data: { tables, compactions },
    human: () => `${tableOf(tables)}\n\n${historyOf(compactions)}`,
    explains:
      'Cassandra never changes a file: it writes new ones and merges them later, which is compaction. ' +
      'The time-window strategy merges only files of the same day, so that a day whose rows have all expired is dropped as files, without reading them.',
  });
}

function tableOf(
  tables: readonly {
    table: string;
    strategy: string;
    window: string;
    default_ttl_seconds: number;
    mebibytes: number;
  }[],
): string {
  return renderTable(
    [
      { title: 'TABLE', value: ({ table }) => table },
      { title: 'STRATEGY', value: ({ strategy }) => strategy },
      { title: 'WINDOW', value: ({ window }) => window },
      { title: 'TTL_DAYS', align: 'right', value: ({ default_ttl_seconds }) => default_ttl_seconds / 86_400 },
      { title: 'MIB_ON_DISK', align: 'right', value: ({ mebibytes }) => mebibytes },
    ],
    tables,
  );
}

function historyOf(compactions: readonly z.infer<typeof pastSchema>[]): string {
  if (compactions.length === 0) return 'Nothing has been compacted yet.';
  return renderTable(
    [
      { title: 'COMPACTED_AT', value: ({ compacted_at }) => compacted_at },
      { title: 'TABLE', value: ({ columnfamily_name }) => columnfamily_name },
      { title: 'READ', align: 'right', value: ({ bytes_in }) => formatBytes(bytes_in) },
      { title: 'WRITTEN', align: 'right', value: ({ bytes_out }) => formatBytes(bytes_out) },
    ],
    compactions,
  );
}
