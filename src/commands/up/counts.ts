import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Io } from '../../cli/io.ts';
import { createLiveLines } from '../../output/live-lines.ts';
import type { Output } from '../../output/output.ts';
import type { StackState } from '../../stack/state.ts';

const channelsSchema = z.object({
  channels: z.array(z.object({ message_count: z.number(), last_message_at: z.number().nullish() })),
});

/**
 * Keeps one line below the banner that moves: messages counted in the newest windows, and how fast they come. Only on a
 * terminal, and only with an API; until `signal` is aborted.
 */
export async function showCounts(
  io: Io,
  output: Output,
  state: StackState,
  signal: AbortSignal,
): Promise<void> {
  const api = state.settings.TWITCHSTATS_API_URL;
  const hasApi = state.services.some(({ name, state: is }) => name === 'api' && is === 'ready');
  if (io.stderr.isTTY !== true || io.env.TERM === 'dumb' || !hasApi || api === undefined) return;
  const lines = createLiveLines(io.stderr);
  let last: { at: number; total: number } | undefined;
  let perSecond = 0;
  while (!signal.aborted) {
    const text = await fetchChannels(api, signal);
    if (signal.aborted) break;
    if (text === undefined) {
      lines.update([output.wordPaint.yellow('The API does not answer; see `twitchstats status`.')]);
    } else {
      const now = Date.now();
      const total = text.reduce((sum, channel) => sum + channel.message_count, 0);
      // A new window begins at 0: that is no negative rate.
      if (last !== undefined && total >= last.total) {
        const current = ((total - last.total) * 1000) / Math.max(now - last.at, 1);
        perSecond = perSecond * 0.7 + current * 0.3;
      }
      last = { at: now, total };
      lines.update([countsText(total, perSecond, text.length, output)]);
    }
    await sleep(1000, undefined, { signal }).catch(() => undefined);
  }
  lines.clear();
}

function countsText(total: number, perSecond: number, channels: number, { wordPaint }: Output): string {
  const count = wordPaint.bold(total.toLocaleString('en-US').replaceAll(',', ' '));
  const rate = perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1);
  return `  ${count} messages counted in the newest windows of ${channels} ${channels === 1 ? 'channel' : 'channels'}, ${rate}/s`;
}

async function fetchChannels(api: string, signal: AbortSignal) {
  try {
    const response = await fetch(`${api}/api/channels`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(3000)]),
    });
    return channelsSchema.parse(await response.json()).channels;
  } catch {
    return undefined;
  }
}
