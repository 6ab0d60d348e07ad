import { type ApiClientSettings, fetchChannelStats, fetchChannels } from '../../api/client.ts';
import type { HandlerInput } from '../../cli/command.ts';
import { parseTimeZone } from '../../cli/time-zone.ts';
import type { ChannelView } from '../../contract/api.ts';
import { AppError } from '../../contract/errors.ts';
import type { StatsOptions } from './command.ts';
import { printChanges } from './print-changes.ts';
import { printHistory } from './print-history.ts';
import { renderChannel, renderChannels } from './render.ts';

/**
 * One channel gives its plain object; several, or all, give `{channels: […]}`.
 * @throws AppError CHANNEL_UNKNOWN, API_UNREACHABLE, USAGE
 */
export async function runStats(input: HandlerInput<StatsOptions>): Promise<undefined> {
  const { options, config, output, signal } = input;
  checkFlags(options);
  if (options.history) return printHistory(input);
  if (options.follow) return printChanges(input);
  const timeZone = parseTimeZone(options.tz);
  const { settings } = config();
  const [first, ...others] = options.all ? [] : options.channel;
  if (first !== undefined && others.length === 0) {
    const view = await fetchChannelStats(settings, first, signal);
    output.object(view, () => renderChannel(view, { now: Date.now(), timeZone }));
    return;
  }
  const channels = await readChannels(settings, options, signal);
  output.object({ channels }, () => renderChannels(channels, { now: Date.now(), timeZone }));
  if (channels.length === 0) output.note('No channel has been counted yet.');
}

function checkFlags(options: StatsOptions): void {
  const { history, follow, all, channel } = options;
  if (all && channel.length > 0)
    throw new AppError('USAGE', '--all excludes names', { hint: 'Leave one of them out.' });
  if (history && follow) throw new AppError('USAGE', '--history and --follow exclude each other');
  const flag = (['last', 'from', 'to'] as const).find((name) => options[name] !== undefined);
  if (flag !== undefined && !history) {
    throw new AppError('USAGE', `--${flag} is about past windows`, { hint: 'Add --history.' });
  }
}

function readChannels(
  settings: ApiClientSettings,
  { channel, all }: StatsOptions,
  signal: AbortSignal,
): Promise<ChannelView[]> {
  if (all || channel.length === 0) return fetchChannels(settings, signal);
  return Promise.all(channel.map((name) => fetchChannelStats(settings, name, signal)));
}
