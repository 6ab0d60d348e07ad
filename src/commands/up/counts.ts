import { setTimeout as sleep } from 'node:timers/promises';
import type { ChalkInstance } from 'chalk';
import { z } from 'zod';
import { type ApiClientSettings, askApi } from '../../api/client.ts';
import { withTimeout } from '../../contract/abort.ts';

const channelsSchema = z.object({ channels: z.array(z.object({ message_count: z.number() })) });

/**
 * Tells once a second, in words, how many messages the newest windows hold and how fast they come, until `signal` is
 * aborted.
 */
export async function followCounts(
  settings: ApiClientSettings,
  paint: ChalkInstance,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<void> {
  let last: { at: number; total: number } | undefined;
  let perSecond = 0;
  while (!signal.aborted) {
    const counts = await fetchCounts(settings, signal);
    if (signal.aborted) return;
    if (counts === undefined) {
      tell(paint.yellow('  The API does not answer; see `twitchstats status`.'));
    } else {
      const now = Date.now();
      const total = counts.reduce((sum, count) => sum + count, 0);
      // A new window begins at 0: that is no negative rate.
      if (last !== undefined && total >= last.total) {
        const current = ((total - last.total) * 1000) / Math.max(now - last.at, 1);
        perSecond = perSecond * 0.7 + current * 0.3;
      }
      last = { at: now, total };
      tell(countsText(total, perSecond, counts.length, paint));
    }
    await sleep(1000, undefined, { signal }).catch(() => undefined);
  }
}

function countsText(total: number, perSecond: number, channels: number, paint: ChalkInstance): string {
  const count = paint.bold(total.toLocaleString('en-US').replaceAll(',', ' '));
  const rate = perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1);
  return `  ${count} messages counted in the newest windows of ${channels} ${channels === 1 ? 'channel' : 'channels'}, ${rate}/s`;
}

async function fetchCounts(settings: ApiClientSettings, signal: AbortSignal): Promise<number[] | undefined> {
  try {
    const soon = withTimeout(signal, 3000);
    const { body } = await askApi(settings, '/api/channels', soon);
    return channelsSchema.parse(body).channels.map(({ message_count }) => message_count);
  } catch {
    return undefined;
  }
}
