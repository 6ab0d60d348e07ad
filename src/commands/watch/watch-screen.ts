import { setTimeout as delay } from 'node:timers/promises';
import { type ApiClientSettings, apiHeaders } from '../../api/client.ts';
import type { HandlerInput } from '../../cli/command.ts';
import { DashboardModel } from '../../dashboard/model/dashboard-model.ts';
import { decodeEvent } from '../../dashboard/model/decode.ts';
import { initialScreen } from '../../dashboard/model/screen-state.ts';
import { ChannelFollower } from '../../dashboard/session/channel-follower.ts';
import { fetchChannelHistory } from '../../dashboard/session/channel-history.ts';
import { followEventStream, type ServerEvent } from '../../dashboard/session/event-stream.ts';
import { LatestStats } from '../../dashboard/session/latest-stats.ts';
import { runScreen } from '../../dashboard/session/run-screen.ts';
import { streamUrl } from '../../dashboard/session/stream-url.ts';
import type { WatchOptions } from './command.ts';

/** Late messages and gaps change windows that are over, and the stream tells of the newest only. */
const HISTORY_EVERY_MS = 30_000;

/** The live dashboard: the API's stream feeds the model, the screen looks at it. */
export async function watchScreen(
  { io, options, output, signal }: HandlerInput<WatchOptions>,
  settings: ApiClientSettings,
  ascii: boolean,
): Promise<'quit' | 'interrupt'> {
  const started = Date.now();
  const model = new DashboardModel(started, initialScreen(options.channel));
  const ended = new AbortController();
  const ending = AbortSignal.any([signal, ended.signal]);
  const latest = new LatestStats();
  const take = (event: ServerEvent) => latest.add(event, Date.now());
  const handOver = () => {
    for (const { event, at } of latest.take()) {
      const decoded = decodeEvent(event, at);
      if (decoded !== undefined) model.take(decoded);
    }
  };
  const following = followEventStream({
    url: streamUrl(settings, ['stats', 'gap', 'health'], options.channel),
    headers: apiHeaders(settings),
    signal: ending,
    onOpen: () => {
      handOver();
      model.take({ type: 'connected', at: Date.now() });
    },
    onEvent: take,
    onLost: (reason, isRefused) => {
      handOver();
      model.take({ type: 'lost', at: Date.now(), reason, isRefused });
    },
  });
  const shown = new ChannelFollower(async (channelId, until) => {
    const chat = followEventStream({
      url: streamUrl(settings, ['message'], [channelId]),
      headers: apiHeaders(settings),
      signal: until,
      onEvent: take,
    });
    while (!until.aborted) {
      const windows = await fetchChannelHistory(settings, channelId, until);
      model.take({ type: 'history', at: Date.now(), windows });
      await delay(HISTORY_EVERY_MS, undefined, { signal: until }).catch(() => undefined);
    }
    await chat;
  });
  try {
    const beforePaint = () => {
      handOver();
      shown.follow(model.screen.view === 'one' ? model.screen.selected : undefined);
    };
    return await runScreen({ io, model, paint: output.paint, ascii, signal, beforePaint });
  } finally {
    ended.abort();
    await Promise.all([following, shown.stop()]);
    handOver();
    model.settle();
    output.note(farewell(model.current.channels.size, model.current.counted, Date.now() - started));
  }
}

/** The one line that stays on the normal screen. */
function farewell(channels: number, messages: number, ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const time = minutes < 1 ? `${Math.round(ms / 1000)} s` : `${minutes} min`;
  return `Watched ${channels} channel${channels === 1 ? '' : 's'} for ${time}: ${messages.toLocaleString('en-US')} messages counted.`;
}
