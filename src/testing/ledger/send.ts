import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../config/settings.ts';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { createKafka } from '../../kafka/client.ts';
import { createRecordSender } from '../../kafka/record-sender.ts';

export interface SendOptions {
  /** Messages a second; Infinity for as fast as Kafka takes them. */
  readonly rate: number;
  readonly batch: number;
  readonly signal: AbortSignal;
  /** Called with the share that is acknowledged (0–1), after each batch. */
  readonly onProgress: (share: number) => void;
}

/** Sends all of `sends` in order, each batch again and again until Kafka has acknowledged it. */
export async function sendAll(
  settings: Settings,
  sends: readonly ChatMessage[],
  options: SendOptions,
): Promise<void> {
  const kafka = createKafka(settings, { clientId: 'ledger-sender' });
  const sender = createRecordSender(kafka);
  let connected = false;
  const startedAt = Date.now();
  for (let at = 0; at < sends.length; at += options.batch) {
    const records = sends.slice(at, at + options.batch).map((message) => ({
      topic: settings.KAFKA_TOPIC_CHAT_MESSAGES,
      key: message.channel_id,
      value: JSON.stringify(message),
    }));
    for (;;) {
      options.signal.throwIfAborted();
      try {
        if (!connected) await sender.connect();
        connected = true;
        await sender.send(records);
        break;
      } catch {
        // A broker that was killed: the batch is kept, and may end up in the log twice.
        connected = false;
        await sleep(200);
      }
    }
    options.onProgress(Math.min(1, (at + options.batch) / sends.length));
    const due = startedAt + ((at + options.batch) / options.rate) * 1000;
    if (due > Date.now()) await sleep(due - Date.now());
  }
  await sender.disconnect();
}
