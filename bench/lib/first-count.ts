import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { runningStack } from '../../src/stack/discover.ts';

const channelsSchema = z.object({
  channels: z.array(z.object({ last_message_at: z.number().nullable() })),
});

/**
 * Resolves when the stack of `home`, which `up` is starting, serves a count with a message sent at `since` or later.
 * @param since epoch milliseconds; the simulator stamps its lines on this machine, so there is one clock
 * @throws Error with all that `up` printed when it ends before that, or after ten minutes
 */
export async function firstCount(
  up: Promise<{ readonly all?: string | undefined }>,
  home: string,
  since: number,
): Promise<void> {
  const ended = up.then(({ all }) => {
    throw new Error(`the stack ended\n${all}`);
  });
  ended.catch(() => undefined);
  await Promise.race([untilCounted(home, since), ended]);
}

async function untilCounted(home: string, since: number): Promise<void> {
  for (const deadline = Date.now() + 600_000; Date.now() < deadline; await sleep(20)) {
    const api = runningStack(home)?.settings.TWITCHSTATS_API_URL;
    if (api === undefined) continue;
    try {
      const response = await fetch(`${api}/api/channels`, { signal: AbortSignal.timeout(1000) });
      if (hasMessageSince(await response.json(), since)) return;
    } catch {
      // Not there yet.
    }
  }
  throw new Error('nothing was counted in ten minutes');
}

/**
 * Whether a list of channels has a message sent at `since` or later. When a count changed says nothing: the API shows those
 * of an earlier run at once, and a processor that starts sends some of them again, updated now.
 */
export function hasMessageSince(list: unknown, since: number): boolean {
  const { channels } = channelsSchema.parse(list);
  return channels.some(({ last_message_at }) => last_message_at !== null && last_message_at >= since);
}
