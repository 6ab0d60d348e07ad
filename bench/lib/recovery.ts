import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { bootstrapTopics } from '../../src/bootstrap/bootstrap.ts';
import type { Settings } from '../../src/config/settings.ts';
import { withAdmin } from '../../src/kafka/admin.ts';
import { startProcessor } from '../../src/testing/processor.ts';
import { mustBeCounted, ownSettings } from './count-contenders.ts';
import { sendPaced } from './paced-sender.ts';
import { groupOf } from './role-run.ts';

export interface RecoveryOptions {
  readonly settings: Settings;
  /** Messages a second, all the while. */
  readonly rate: number;
  /** How many kills. */
  readonly rounds: number;
  /** With a `GROUP_INSTANCE_ID`. */
  readonly isStatic: boolean;
  /** More settings of the processor. */
  readonly env: Readonly<Record<string, string>>;
}

/** Seconds from the kill. */
export interface Recovery {
  /** Until offsets are committed again. */
  readonly lagFallsSeconds: number;
  /** Until less than a second's messages are waiting. */
  readonly caughtUpSeconds: number;
}

const BETWEEN_KILLS_MS = 5000;

/**
 * Kills the count under load, starts it again at once with the state directory it left, and watches the lag.
 * @throws Error when not exactly what was sent was counted in the end
 */
export async function measureRecovery(options: RecoveryOptions): Promise<Recovery[]> {
  const { rate, rounds, isStatic, env } = options;
  const settings = {
    ...ownSettings(options.settings),
    KAFKA_TOPIC_CHAT_MESSAGES: `recovery-${crypto.randomUUID()}`,
  };
  await bootstrapTopics(settings);
  const stateDir = await mkdtemp(join(tmpdir(), 'twitchstats-bench-state-'));
  const ended = new AbortController();
  const start = () =>
    startProcessor(settings, {
      role: 'count',
      stateDir,
      env: { ...env, WINDOW_SIZE_SECONDS: '86400', ...(isStatic ? { GROUP_INSTANCE_ID: 'bench' } : {}) },
    });
  let processor = await start();
  const sending = sendPaced({ settings, rate, signal: ended.signal, onSend: () => undefined });
  try {
    const recoveries = await withAdmin(settings, async (admin) => {
      const found: Recovery[] = [];
      for (let round = 0; round < rounds; round++) {
        await sleep(BETWEEN_KILLS_MS);
        const killedAt = performance.now();
        await processor.kill();
        const before = await positions(admin, settings);
        const starting = start();
        found.push(await watchLag(admin, settings, { killedAt, rate, committed: before.committed }));
        processor = await starting;
      }
      return found;
    });
    ended.abort();
    await mustBeCounted(settings, await sending);
    return recoveries;
  } finally {
    ended.abort();
    await sending;
    await processor.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}

async function watchLag(
  admin: Admin,
  settings: Settings,
  { killedAt, rate, committed }: { killedAt: number; rate: number; committed: number },
): Promise<Recovery> {
  let lagFallsSeconds: number | undefined;
  for (;;) {
    const now = await positions(admin, settings);
    const seconds = (performance.now() - killedAt) / 1000;
    if (now.committed > committed) lagFallsSeconds ??= seconds;
    if (lagFallsSeconds !== undefined && now.end - now.committed < rate)
      return { lagFallsSeconds, caughtUpSeconds: seconds };
    await sleep(50);
  }
}

/** Sums over the partitions of the chat topic. */
async function positions(admin: Admin, settings: Settings): Promise<{ committed: number; end: number }> {
  const topic = settings.KAFKA_TOPIC_CHAT_MESSAGES;
  const [group] = await admin.fetchOffsets({ groupId: groupOf(settings, 'count'), topics: [topic] });
  const ends = await admin.fetchTopicOffsets(topic);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    committed: sum((group?.partitions ?? []).map(({ offset }) => Math.max(0, Number(offset)))),
    end: sum(ends.map(({ high }) => Number(high))),
  };
}
