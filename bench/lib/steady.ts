import { setTimeout as sleep } from 'node:timers/promises';
import { bootstrap } from '../../src/bootstrap/bootstrap.ts';
import type { Settings } from '../../src/config/settings.ts';
import { channelStatsSchema } from '../../src/contract/channel-stats.ts';
import { readTopics } from '../../src/kafka/topic-reader.ts';
import { startProcessor } from '../../src/testing/processor.ts';
import { mustBeArchived } from './archived-rows.ts';
import { topicEnds } from './chat-topic.ts';
import { ownSettings } from './count-contenders.ts';
import { sendPaced } from './paced-sender.ts';
import { groupOf, readMetrics, untilCommitted } from './role-run.ts';

export interface SteadyOptions {
  readonly settings: Settings;
  /** Messages a second. */
  readonly rate: number;
  /** Measured, after a while in which the JVMs warm up. */
  readonly seconds: number;
  /** More settings of the processor. */
  readonly env: Readonly<Record<string, string>>;
}

export interface SteadyResult {
  readonly sent: number;
  /** Of each message of the measured time, since it was due: until a reader of committed records saw a count with it in. */
  readonly latenciesMs: readonly number[];
  /** Microseconds a message, of each role's JVM, by its share of the measured time. */
  readonly cpuMicros: { readonly count: number; readonly archive: number };
}

const WARM_UP_SECONDS = 15;
const SETTLE_MS = 60_000;
/** All messages lie in one window, whatever the hour. */
const oneWindow = { WINDOW_SIZE_SECONDS: '86400' };

/** Both roles at a steady rate. @throws Error when not exactly what was sent was counted, and archived in both tables */
export async function measureSteady({
  settings,
  rate,
  seconds,
  env: more,
}: SteadyOptions): Promise<SteadyResult> {
  const own = { ...ownSettings(settings), KAFKA_TOPIC_CHAT_MESSAGES: `steady-${crypto.randomUUID()}` };
  await bootstrap(own);
  const watch = watchCounts(own);
  const env = { ...oneWindow, ...more };
  const ended = new AbortController();
  const roles = await Promise.all([
    startProcessor(own, { role: 'count', env }),
    startProcessor(own, { role: 'archive', env }),
  ]);
  try {
    const sending = sendPaced({ settings: own, rate, signal: ended.signal, onSend: watch.sent });
    await sleep(WARM_UP_SECONDS * 1000);
    const before = await Promise.all(roles.map(look));
    watch.measure();
    await sleep(seconds * 1000);
    const after = await Promise.all(roles.map(look));
    ended.abort();
    const sent = await sending;
    await watch.untilCounted(sent);
    const ends = await topicEnds(own, own.KAFKA_TOPIC_CHAT_MESSAGES);
    await untilCommitted(own, groupOf(own, 'archive'), ends, SETTLE_MS);
    await mustBeArchived(own, sent);
    const [count = 0, archive = 0] = after.map((now, role) => {
      const then = before[role] ?? { records: 0, cpuSeconds: 0 };
      return ((now.cpuSeconds - then.cpuSeconds) * 1e6) / (rate * seconds);
    });
    return { sent, latenciesMs: watch.latenciesMs, cpuMicros: { count, archive } };
  } finally {
    ended.abort();
    await Promise.all(roles.map((role) => role.stop()));
    await watch.close();
  }
}

const look = ({ url }: { url: string }) => readMetrics(Number(new URL(url).port), 'records_in_total');

/** Follows `channel-stats` and matches counts with sends: the nth message of a channel is seen with a count of n. */
function watchCounts(settings: Settings) {
  const dueTimes = new Map<string, number[]>();
  const counted = new Map<string, number>();
  const latenciesMs: number[] = [];
  let isMeasuring = false;
  const ended = new AbortController();
  const reader = readTopics(settings, {
    clientId: 'bench-watch',
    groupId: `bench-watch-${crypto.randomUUID()}`,
    topics: [{ topic: settings.KAFKA_TOPIC_STATS, from: 'beginning' }],
    onRecords: (records) => {
      const now = performance.now();
      for (const { value } of records) {
        const stats = channelStatsSchema.parse(JSON.parse(String(value)));
        const sends = dueTimes.get(stats.channel_id) ?? [];
        for (let n = counted.get(stats.channel_id) ?? 0; n < stats.message_count; n++) {
          const at = sends[n];
          if (at !== undefined && !Number.isNaN(at)) latenciesMs.push(now - at);
        }
        counted.set(stats.channel_id, stats.message_count);
      }
    },
    signal: ended.signal,
  });
  return {
    latenciesMs,
    sent(channelId: string, dueAt: number): void {
      const sends = dueTimes.get(channelId) ?? [];
      sends.push(isMeasuring ? dueAt : Number.NaN);
      dueTimes.set(channelId, sends);
    },
    measure(): void {
      isMeasuring = true;
    },
    async untilCounted(sent: number): Promise<void> {
      const total = () => [...counted.values()].reduce((sum, count) => sum + count, 0);
      const deadline = performance.now() + SETTLE_MS;
      while (total() !== sent) {
        if (performance.now() > deadline)
          throw new Error(`${total()} messages were counted of ${sent}: this run does not count`);
        await sleep(50);
      }
    },
    async close(): Promise<void> {
      ended.abort();
      await reader.done;
    },
  };
}
