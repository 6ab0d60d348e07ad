import { createLateness } from './lateness.ts';
import { createLineGenerator } from './line-generator.ts';
import { keepPace, waves } from './pace.ts';
import type { LineFaults } from './scenario-runner.ts';
import type { ChatServer } from './server.ts';

export interface ChatPlayerOptions {
  readonly server: ChatServer;
  readonly channels: readonly string[];
  /** Lines a second in all channels together, on average. */
  readonly rate: number;
  readonly seed: number;
  /**
   * When the first line was sent (epoch ms); the others follow as the rate says. By default each is sent now. Some are
   * older than the line before them: see {@link createLateness}.
   */
  readonly startTime?: number | undefined;
  /** How the rate goes up and down; in waves by default, as chat does. See {@link keepPace}. */
  readonly shape?: (seconds: number) => number;
  /** What a scenario does to lines. */
  readonly faults?: LineFaults | undefined;
  /** End after this many lines; never by default. */
  readonly lines?: number | undefined;
}

/** A client that is further behind is cut off, as Twitch does. */
const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;

/**
 * Plays made-up chat until aborted, from the first JOIN on, so that the first client hears the first line.
 * @returns how many lines were made, heard or not.
 */
export async function playChat(
  {
    server,
    channels,
    rate,
    seed,
    startTime,
    faults,
    shape = waves,
    lines = Number.POSITIVE_INFINITY,
  }: ChatPlayerOptions,
  signal: AbortSignal,
): Promise<number> {
  const generator = createLineGenerator(channels, seed);
  const lateness = createLateness(seed);
  let made = 0;
  const send = (count: number): number => {
    if (made === 0 && !channels.some((channel) => server.listeners(channel) > 0)) return 0;
    const wanted = Math.min(count + (faults?.takeFlood() ?? 0), lines - made);
    for (let index = 0; index < wanted; index++) {
      const due = startTime === undefined ? Date.now() : Math.floor(startTime + (made * 1000) / rate);
      const sentAt = Math.max(due - lateness(), startTime ?? 0);
      const { channel, raw, messageId: id } = generator.next(sentAt);
      const { line = raw, options } = faults?.apply(raw) ?? {};
      server.broadcast(channel, line, { ...options, id });
      made++;
    }
    server.flush();
    server.cutSlowerThan(MAX_BACKLOG_BYTES);
    return count;
  };
  await keepPace({ rate, send, shape, done: () => made >= lines }, signal);
  return made;
}
