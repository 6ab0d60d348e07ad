import pMap from 'p-map';
import { fetchChannels, fetchHistory } from '../../api/client.ts';
import type { HandlerInput } from '../../cli/command.ts';
import { parseTimeRange, withLast } from '../../cli/time-range.ts';
import { parseTimeZone } from '../../cli/time-zone.ts';
import type { StatsOptions } from './command.ts';
import { renderHistory } from './render.ts';

const DEFAULT_LAST = '6h';
const IN_FLIGHT = 8;

/** Past windows, oldest first: of one channel `{channel_id, channel_name, windows}`, of several `{channels: […]}`. */
export async function printHistory({
  options,
  config,
  output,
  signal,
}: HandlerInput<StatsOptions>): Promise<undefined> {
  const now = Date.now();
  const timeZone = parseTimeZone(options.tz);
  const { from, to = now + 1 } = parseTimeRange(withLast(options, DEFAULT_LAST), { now, timeZone });
  const { settings } = config();
  const names =
    options.all || options.channel.length === 0
      ? (await fetchChannels(settings, signal)).map(({ channel_id }) => channel_id)
      : options.channel;
  const channels = await pMap(names, (name) => fetchHistory(settings, name, { from, to }, signal), {
    concurrency: IN_FLIGHT,
  });
  const [first] = channels;
  const isOne = first !== undefined && options.channel.length === 1 && !options.all;
  output.object(isOne ? first : { channels }, () => renderHistory(channels, timeZone));
  if (channels.every(({ windows }) => windows.length === 0)) output.note('No window started in that time.');
}
