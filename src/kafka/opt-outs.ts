import type { Settings } from '../config/settings.ts';
import type { ChatMessage } from '../contract/chat-message.ts';
import { type OptOut, optOutSchema } from '../contract/opt-out.ts';
import { createKafka, type KafkaSettings, withKafkaErrors } from './client.ts';
import { createRecordSender } from './record-sender.ts';
import { wholeTopic } from './whole-topic.ts';

export type OptOutSettings = KafkaSettings & Pick<Settings, 'KAFKA_CLIENT_ID' | 'KAFKA_TOPIC_OPT_OUTS'>;

/** Every opt-out that holds, by user id. @throws AppError KAFKA_UNREACHABLE, KAFKA_TOPIC_MISSING; the signal's reason when aborted */
export async function readOptOuts(
  settings: OptOutSettings,
  signal: AbortSignal,
): Promise<Map<string, OptOut>> {
  const optOuts = new Map<string, OptOut>();
  const topic = settings.KAFKA_TOPIC_OPT_OUTS;
  const clientId = `${settings.KAFKA_CLIENT_ID}-opt-outs`;
  for await (const { key, value } of wholeTopic(settings, { topic, clientId }, signal)) {
    const userId = key?.toString() ?? '';
    if (value === null) optOuts.delete(userId);
    else optOuts.set(userId, decodeOptOut(userId, value));
  }
  // Half of them would let somebody through.
  signal.throwIfAborted();
  return optOuts;
}

/** Writes an opt-out, acknowledged by all in-sync replicas. @throws AppError KAFKA_UNREACHABLE, KAFKA_TOPIC_MISSING */
export async function writeOptOut(settings: OptOutSettings, optOut: OptOut): Promise<void> {
  const sender = createRecordSender(
    createKafka(settings, { clientId: `${settings.KAFKA_CLIENT_ID}-opt-outs` }),
  );
  await withKafkaErrors(settings, async () => {
    await sender.connect();
    try {
      const record = {
        topic: settings.KAFKA_TOPIC_OPT_OUTS,
        key: optOut.user_id,
        value: JSON.stringify(optOut),
      };
      await sender.send([record]);
    } finally {
      await sender.disconnect();
    }
  });
}

/** Whether an opt-out, if there is one, holds in the message's channel. */
export function holdsFor(
  optOut: OptOut | undefined,
  { channel_id }: Pick<ChatMessage, 'channel_id'>,
): boolean {
  return optOut !== undefined && (optOut.channel_id === null || optOut.channel_id === channel_id);
}

/** An opt-out as it is written. Whoever asked to be left alone is, however badly it was written down. */
export function decodeOptOut(userId: string, value: Buffer): OptOut {
  try {
    return optOutSchema.parse(JSON.parse(value.toString()));
  } catch {
    return { user_id: userId, username: null, channel_id: null, at: 0 };
  }
}
