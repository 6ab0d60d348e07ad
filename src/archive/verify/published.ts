import type { ChatArchive } from '../../cassandra/archive.ts';
import { type ChannelStats, decodeChannelStats } from '../../contract/channel-stats.ts';
import type { LogConnection } from '../../kafka/log-connection.ts';
import { readLog } from '../../kafka/log-reader.ts';

const PAGE = 1000;

/** The newest window of every channel, by id, as `channel-stats` has it. `log` has to read committed records only. */
export async function readNewestWindows(log: LogConnection): Promise<Map<string, ChannelStats>> {
  const newest = new Map<string, ChannelStats>();
  const span = { from: await log.offsets('beginning'), to: await log.offsets('end') };
  for await (const records of readLog(log, span)) {
    for (const { key, value } of records) {
      if (key === null) continue;
      const stats = value === null ? undefined : decodeChannelStats(value);
      if (stats === undefined) newest.delete(key.toString());
      else newest.set(stats.channel_id, stats);
    }
  }
  return newest;
}

/** The windows of a channel that begin in a range, by their start, as `channel_window_stats` has them. */
export async function readHistory(
  archive: ChatArchive,
  channelId: string,
  range: { readonly from: number; readonly to: number },
): Promise<Map<number, ChannelStats>> {
  const windows = new Map<number, ChannelStats>();
  let before: number | undefined;
  for (;;) {
    const page = await archive.windows(channelId, { range, limit: PAGE, before });
    for (const window of page) windows.set(window.window_start, window);
    before = page.at(-1)?.window_start;
    if (page.length < PAGE) return windows;
  }
}
