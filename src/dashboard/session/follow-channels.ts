import { type ApiClientSettings, apiHeaders, fetchChannels } from '../../api/client.ts';
import { type ChannelView, channelViewSchema } from '../../contract/api.ts';
import { namesWithout } from '../../contract/channel-names.ts';
import type { Output } from '../../output/output.ts';
import { windowOf } from '../model/decode.ts';
import { followEventStream } from './event-stream.ts';
import { streamUrl } from './stream-url.ts';

export interface FollowChannelsOptions {
  readonly settings: ApiClientSettings;
  /** Names or ids; all when there are none. */
  readonly channels: readonly string[];
  /** Told, in words, when the stream is lost and when it is back. */
  readonly output: Pick<Output, 'note' | 'warn'>;
  readonly signal: AbortSignal;
  /** The next update waits until it is done. */
  readonly onView: (view: ChannelView) => void | Promise<void>;
}

/**
 * The newest window of channels, as the API streams it: each as it is, then every update, until aborted.
 * @throws AppError API_UNREACHABLE when nobody answers at first; what breaks later is mended
 */
export async function followChannels(options: FollowChannelsOptions): Promise<void> {
  const { settings, channels, output, signal, onView } = options;
  // An ordinary request first: who is refused, or finds nobody there, is told so at once.
  const known = (await fetchChannels(settings, signal)).map(windowOf);
  for (const name of namesWithout(known, channels)) {
    output.note(`No counts of ${name} so far: waiting for the first.`);
  }
  let wasLost = false;
  await followEventStream({
    url: streamUrl(settings, ['stats'], channels),
    headers: apiHeaders(settings),
    signal,
    onOpen: () => {
      if (wasLost) output.note('connected again');
      wasLost = false;
    },
    onEvent: async ({ event, data }) => {
      if (event !== 'stats') return;
      const view = channelViewSchema.safeParse(JSON.parse(data));
      if (view.success) await onView(view.data);
    },
    onLost: (reason) => {
      if (!wasLost) output.warn(`no stream: ${reason}; trying again`);
      wasLost = true;
    },
  });
}
