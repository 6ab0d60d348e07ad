import { type ApiClientSettings, apiHeaders, fetchChannels } from '../../api/client.ts';
import type { HandlerInput } from '../../cli/command.ts';
import { channelViewSchema } from '../../contract/api.ts';
import { followEventStream } from '../../dashboard/session/event-stream.ts';
import { streamUrl } from '../../dashboard/session/stream-url.ts';
import type { WatchOptions } from './handler.ts';
import { wantedChannels } from './print-frame.ts';

/** Every update of every wanted channel as a line of JSON, until interrupted; with `--once` each channel once. */
export async function printUpdates(
  { options, output, signal }: HandlerInput<WatchOptions>,
  settings: ApiClientSettings,
): Promise<number> {
  if (options.once) {
    const isWanted = wantedChannels(options.channel);
    for (const view of await fetchChannels(settings, signal)) {
      if (isWanted({ channelId: view.channel_id, channelName: view.channel_name }))
        await output.record(view, String);
    }
    return 0;
  }
  let wasLost = false;
  await followEventStream({
    url: streamUrl(settings, ['stats'], options.channel),
    headers: apiHeaders(settings),
    signal,
    onOpen: () => {
      if (wasLost) output.note('connected again');
      wasLost = false;
    },
    onEvent: async ({ event, data }) => {
      if (event !== 'stats') return;
      const view = channelViewSchema.safeParse(JSON.parse(data));
      if (view.success) await output.record(view.data, String);
    },
    onLost: (reason) => {
      if (!wasLost) output.warn(`no stream: ${reason}; trying again`);
      wasLost = true;
    },
  });
  return 0;
}
