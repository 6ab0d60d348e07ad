import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../src/config/settings.ts';
import type { ChatMessage } from '../../src/contract/chat-message.ts';
import { createKafka } from '../../src/kafka/client.ts';
import { createRecordSender, type RecordSender } from '../../src/kafka/record-sender.ts';
import type { OutgoingRecord } from '../../src/kafka/spool.ts';
import { inventedChannels } from '../../src/simulator/rooms.ts';

const CHANNELS = inventedChannels(30);
const TICK_MS = 10;
const AGAIN_MS = 100;
/** Longer than a broker that was killed is away. */
const PATIENCE_MS = 60_000;

export interface PacedOptions {
  readonly settings: Settings;
  /** Messages a second. */
  readonly rate: number;
  readonly signal: AbortSignal;
  /**
   * Called for each message just before it is sent.
   * @param dueAt when the rate asked for it, as `performance.now()` tells time: earlier, when the send before took long
   */
  readonly onSend: (channelId: string, dueAt: number) => void;
}

/**
 * Sends messages at an even rate until `signal` ends it, a batch every 10 ms. All lie in one window of a day.
 * @returns how many Kafka acknowledged
 */
export async function sendPaced({ settings, rate, signal, onSend }: PacedOptions): Promise<number> {
  const sender = createRecordSender(createKafka(settings, { clientId: 'paced-sender' }));
  await sender.connect();
  const timestamp = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const startedAt = performance.now();
  let sent = 0;
  while (!signal.aborted) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * rate);
    const batch = Array.from({ length: due - sent }, (_, index) => message(sent + index, timestamp));
    for (const [index, chat] of batch.entries())
      onSend(chat.channel_id, startedAt + ((sent + index + 1) / rate) * 1000);
    if (batch.length > 0) {
      await untilAcknowledged(
        sender,
        batch.map((chat) => ({
          topic: settings.KAFKA_TOPIC_CHAT_MESSAGES,
          key: chat.channel_id,
          value: JSON.stringify(chat),
        })),
      );
    }
    sent = due;
    await sleep(TICK_MS);
  }
  await sender.disconnect();
  return sent;
}

/** A batch may so be written twice: the processor takes each message once. @throws Error when Kafka is away for a minute */
async function untilAcknowledged(sender: RecordSender, records: readonly OutgoingRecord[]): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(AGAIN_MS)) {
    try {
      return await sender.send(records);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sender.connect().catch(() => undefined);
    }
  }
}

const DAY_MS = 86_400_000;

function message(sequence: number, timestamp: number): ChatMessage {
  const channel = (sequence * 7919) % CHANNELS.length;
  const user = (sequence * 104_729) % 3000;
  return {
    channel_id: String(500_000 + channel),
    channel_name: CHANNELS[channel] ?? '',
    message_id: crypto.randomUUID(),
    user_id: String(10_000 + user),
    username: `viewer_${user}`,
    message: `message ${sequence}, no less and not much more than people say Kappa`,
    timestamp: timestamp + (sequence % DAY_MS),
    emotes: ['Kappa'],
  };
}
