import { type ApiClientSettings, fetchChannelStats, fetchChannels } from '../../api/client.ts';
import type { HandlerInput } from '../../cli/command.ts';
import type { ChannelView } from '../../contract/api.ts';
import { renderChannel, renderChannels } from './render.ts';

interface StatsOptions {
  readonly channel: readonly string[];
  readonly all: boolean;
}

/** One channel gives its plain object; several, or all, give `{channels: […]}`. */
export async function runStats({
  options,
  config,
  output,
  signal,
}: HandlerInput<StatsOptions>): Promise<undefined> {
  const { settings } = config();
  const [first, ...others] = options.all ? [] : options.channel;
  if (first !== undefined && others.length === 0) {
    const view = await fetchChannelStats(settings, first, signal);
    output.object(view, () => renderChannel(view, Date.now()));
    return;
  }
  const channels = await readChannels(settings, options, signal);
  output.object({ channels }, () => renderChannels(channels, Date.now()));
  if (channels.length === 0) output.note('No channel has been counted yet.');
}

function readChannels(
  settings: ApiClientSettings,
  { channel, all }: StatsOptions,
  signal: AbortSignal,
): Promise<ChannelView[]> {
  if (all || channel.length === 0) return fetchChannels(settings, signal);
  return Promise.all(channel.map((name) => fetchChannelStats(settings, name, signal)));
}
