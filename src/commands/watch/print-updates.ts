import { type ApiClientSettings, fetchChannels } from '../../api/client.ts';
import type { HandlerInput } from '../../cli/command.ts';
import type { ChannelView } from '../../contract/api.ts';
import { channelMatcher } from '../../contract/channel-names.ts';
import { followChannels } from '../../dashboard/session/follow-channels.ts';
import type { WatchOptions } from './command.ts';
import { assertAllKnown } from './print-frame.ts';

/** Every update of every wanted channel as a line of JSON, until interrupted; with `--once` each channel once. */
export async function printUpdates(
  { options, output, signal }: HandlerInput<WatchOptions>,
  settings: ApiClientSettings,
): Promise<number> {
  if (options.once) {
    const isWanted = channelMatcher(options.channel);
    const channels = (await fetchChannels(settings, signal)).map((view) => ({
      channelId: view.channel_id,
      channelName: view.channel_name,
      view,
    }));
    assertAllKnown(options.channel, channels);
    for (const { channelId, channelName, view } of channels)
      if (isWanted(channelId, channelName)) await output.record(view, String);
    return 0;
  }
  const onView = (view: ChannelView) => output.record(view, String);
  await followChannels({ settings, channels: options.channel, output, signal, onView });
  return 0;
}
