import { findChannel, listChannels } from '../../../archive/channel.ts';
import { channelDays } from '../../../cassandra/channel-days.ts';
import type { HandlerInput } from '../../../cli/command.ts';
import { renderTable } from '../../../output/table.ts';
import { formatBytes } from '../format.ts';
import { teach } from '../lesson.ts';
import { withCassandra } from '../with-cassandra.ts';
import type { InspectPartitionsOptions } from './command.ts';

/** Beyond this a partition costs the nodes that hold it: repair, compaction and reads take it whole. */
const LARGE_BYTES = 100 * 1024 * 1024;

export async function inspectPartitions({
  options,
  config,
  output,
  signal,
}: HandlerInput<InspectPartitionsOptions>): Promise<undefined> {
  const { settings } = config();
  const partitions = await withCassandra(settings, signal, async (session) => {
    const channels =
      options.channel.length === 0
        ? await listChannels(session, settings)
        : await Promise.all(options.channel.map((name) => findChannel(session, settings, name)));
    const read = [];
    for (const { id, name } of channels) {
      const days = await channelDays(session, settings, id);
      const rows = days.reduce((sum, day) => sum + day.rows, 0);
      const bytes = days.reduce((sum, day) => sum + day.bytes, 0);
      read.push({ channel: name, channel_id: id, rows, bytes, days });
    }
    return read;
  });
  teach(output, {
    data: { partitions },
    human: () =>
      renderTable(
        [
          { title: 'CHANNEL', value: ({ channel }) => channel },
          { title: 'DAY', value: ({ day }) => day },
          { title: 'ROWS', align: 'right', value: ({ rows }) => rows },
          { title: 'SIZE', align: 'right', value: ({ bytes }) => formatBytes(bytes) },
        ],
        partitions.flatMap(({ channel, rows, bytes, days }) => [
          ...days.map((day) => ({ channel, ...day })),
          { channel, day: 'all', rows, bytes },
        ]),
      ),
    explains:
      'All messages of a channel are one partition: one node (and its replicas) holds it whole, sorted by time, so that reading a stretch of it is one seek. ' +
      'Sizes are estimated from a sample, uncompressed; a partition beyond 100 MiB is a sign that the key should also have the day in it.',
  });
  for (const { channel, bytes } of partitions) {
    if (bytes > LARGE_BYTES) output.warn(`the partition of ${channel} is about ${formatBytes(bytes)}`);
  }
}
