import type { ChatMessage } from '../../contract/chat-message.ts';
import { type Seeded, seeded } from '../seeded.ts';

export interface PlanOptions {
  readonly seed: number;
  readonly messages: number;
  readonly channels: number;
  readonly windowSeconds: number;
  /** Epoch milliseconds of the first message. Every fourth channel lives years earlier, beside the others. */
  readonly start: number;
  /** Simulated time from the first to the last message, milliseconds. */
  readonly spanMs: number;
}

/** What is going to be sent, in order. A message that stands in it twice is a redelivery: it counts once. */
export interface Plan {
  readonly sends: readonly ChatMessage[];
  /** Each message once. */
  readonly distinct: readonly ChatMessage[];
}

const YEARS_MS = 6 * 365 * 86_400_000;
const emoteNames = ['Kappa', 'LUL', 'PogChamp', 'Keepo', 'BibleThump'] as const;

/**
 * A seeded sender's plan: the seed fixes every byte. A few channels are big and many are small; one message in twenty
 * is sent twice, one in ten is out of send order by up to 400 ms, one in two hundred is late by a whole window.
 */
export function planMessages(options: PlanOptions): Plan {
  const random = seeded(options.seed);
  const step = options.spanMs / options.messages;
  const sends: ChatMessage[] = [];
  const distinct: ChatMessage[] = [];
  const again: ChatMessage[] = [];
  for (let sequence = 0; sequence < options.messages; sequence++) {
    const sentAt = Math.floor(options.start + sequence * step);
    const message = planMessage(random, options, sequence, lateness(random, options, sentAt));
    distinct.push(message);
    sends.push(message);
    if (random.chance(0.05)) again.push(message);
    // Redeliveries come back after a while, not at once: a reconnect overlap, a re-sent spool.
    const redelivered = again.length > 50 ? again.shift() : undefined;
    if (redelivered !== undefined) sends.push(redelivered);
  }
  return { sends: [...sends, ...again], distinct };
}

function lateness(random: Seeded, { windowSeconds, start }: PlanOptions, sentAt: number): number {
  if (random.chance(0.005)) return Math.max(start, sentAt - windowSeconds * 1000);
  return random.chance(0.1) ? Math.max(start, sentAt - random.integer(400)) : sentAt;
}

function planMessage(random: Seeded, options: PlanOptions, sequence: number, sentAt: number): ChatMessage {
  // The square makes low numbers likely: big channels and small ones.
  const channel = Math.floor(random.next() ** 2 * options.channels);
  const userId = String(1 + Math.floor(random.next() ** 2 * 500));
  const emotes = Array.from({ length: random.chance(0.3) ? 1 + random.integer(4) : 0 }, () =>
    random.pick(emoteNames),
  );
  return {
    channel_id: String(900_000 + channel),
    channel_name: `ledger_${channel}`,
    message_id: random.uuid(),
    user_id: userId,
    username: `viewer_${userId}`,
    message: [`#${sequence}`, ...emotes].join(' '),
    timestamp: channel % 4 === 3 ? sentAt - YEARS_MS : sentAt,
    emotes,
  };
}
