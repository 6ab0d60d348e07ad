import { setTimeout as sleep } from 'node:timers/promises';
import { ChatArchive } from '../../cassandra/archive.ts';
import { type CassandraSession, connectCassandra } from '../../cassandra/client.ts';
import type { Settings } from '../../config/settings.ts';
import { windowStart } from '../../contract/channel-stats.ts';
import { readForgotten } from '../../kafka/forgotten.ts';
import { type ConsumersBehind, consumersBehind } from '../../kafka/group-progress.ts';
import { type LogConnection, openLog } from '../../kafka/log-connection.ts';
import { type ArchivedChannel, findChannel, listChannels } from '../channel.ts';
import { type ChannelEvidence, type CompareOptions, compareChannel, type WindowVerdict } from './compare.ts';
import { readHistory, readNewestWindows } from './published.ts';
import { recountArchive, timeToLive } from './recount-archive.ts';
import { LogRecount } from './recount-log.ts';

export interface VerifyOptions {
  /** By name or id; none for all. */
  readonly channels: readonly string[];
  /** Windows that hold a moment of it, epoch milliseconds, half-open. */
  readonly range: { readonly from: number; readonly to: number };
  /** How long to wait for consumers that are behind, and for differences to go away. */
  readonly waitMs: number;
  readonly onStep: (step: string) => void;
  readonly signal: AbortSignal;
}

export interface VerifyResult {
  readonly windows: readonly WindowVerdict[];
  /** Records of the log that the two consumers had not committed at the end. */
  readonly behind: ConsumersBehind;
}

/**
 * Recounts windows from Cassandra's rows and from Kafka's records, and compares both with what the pipeline published.
 * A difference is looked at again until it goes away or `waitMs` have passed, since a living pipeline moves.
 * @throws AppError CHANNEL_UNKNOWN, KAFKA_*, CASSANDRA_*
 */
export async function verify(settings: Settings, options: VerifyOptions): Promise<VerifyResult> {
  const session = await connectCassandra(settings, { signal: options.signal });
  const logs: LogConnection[] = [];
  const open = async (topic: string, committedOnly: boolean) => {
    const clientId = `${settings.KAFKA_CLIENT_ID}-verify`;
    const log = await openLog(settings, { topic, clientId, committedOnly }, options.signal);
    logs.push(log);
    return log;
  };
  try {
    const chatLog = await open(settings.KAFKA_TOPIC_CHAT_MESSAGES, false);
    const statsLog = await open(settings.KAFKA_TOPIC_STATS, true);
    return await untilSettled(settings, options, session, chatLog, statsLog);
  } finally {
    await Promise.all(logs.map((log) => log.close()));
    await session.close();
  }
}

const LOOK_AGAIN_MS = 1000;

async function untilSettled(
  settings: Settings,
  options: VerifyOptions,
  session: CassandraSession,
  chatLog: LogConnection,
  statsLog: LogConnection,
): Promise<VerifyResult> {
  const { range, signal, onStep, waitMs } = options;
  const windowMs = settings.WINDOW_SIZE_SECONDS * 1000;
  const span = {
    from: windowStart(range.from, windowMs),
    to: windowStart(range.to - 1, windowMs) + windowMs,
  };
  const wanted = await Promise.all(options.channels.map((name) => findChannel(session, settings, name)));
  const ids = new Set(wanted.map(({ id }) => id));
  const recount = new LogRecount(chatLog, {
    topic: settings.KAFKA_TOPIC_CHAT_MESSAGES,
    windowMs,
    ...span,
    inChannel: ({ channel_id }) => ids.size === 0 || ids.has(channel_id),
    isForgotten: await readForgotten(settings, signal),
    signal,
  });
  const now = Date.now();
  const ttlMs = await timeToLive(session, settings);
  const deadline = performance.now() + waitMs;
  for (;;) {
    onStep('reading the Kafka log');
    const end = await recount.advance();
    const behind = await consumersBehind(settings, end);
    const newest = await readNewestWindows(statsLog);
    const names = new Map([...newest.values()].map((stats) => [stats.channel_id, stats.channel_name]));
    const channels = wanted.length > 0 ? wanted : await allChannels(session, settings, recount.names, names);
    const found: ChannelEvidence[] = [];
    for (const channel of channels) {
      onStep(`recounting ${channel.name} from Cassandra`);
      found.push({
        ...channel,
        newest: newest.get(channel.id),
        history: await readHistory(new ChatArchive(session, settings), channel.id, span),
        archive: await recountArchive(
          session,
          settings,
          { channelId: channel.id, ...span },
          windowMs,
          signal,
        ),
        log: recount.counts(channel.id),
        appendedFrom: recount.appendedFrom(channel.id),
        remembered: recount.remembered(channel.id),
      });
    }
    const rules: CompareOptions = {
      windowMs,
      ...span,
      now,
      logFrom: await recount.completeFrom(),
      // By now: rows went on expiring while they were counted.
      archiveFrom: ttlMs === 0 ? undefined : Date.now() - ttlMs,
      isBehind: behind.counter + behind.archiver > 0,
    };
    const windows = found.flatMap((evidence) => compareChannel(evidence, rules));
    const isSettled = !windows.some(({ state }) => state === 'behind' || state === 'differs');
    if (isSettled || performance.now() >= deadline) return { windows, behind };
    onStep('waiting for differences to go away');
    await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
}

async function allChannels(
  session: CassandraSession,
  settings: Settings,
  ...heard: readonly ReadonlyMap<string, string>[]
): Promise<ArchivedChannel[]> {
  const archived = (await listChannels(session, settings)).map(({ id, name }) => [id, name] as const);
  const names = new Map([...archived, ...heard.flatMap((map) => [...map])]);
  return [...names].map(([id, name]) => ({ id, name })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
