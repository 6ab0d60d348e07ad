import type { ChatMessage } from '../contract/chat-message.ts';
import { AppError } from '../contract/errors.ts';
import { holdsFor, type OptOutSettings, readOptOuts } from './opt-outs.ts';

/** Whether a message's author has opted out of its channel, or of all. */
export type Forgotten = (message: Pick<ChatMessage, 'user_id' | 'channel_id'>) => boolean;

/** As the opt-outs stand now; the log itself keeps their messages until retention takes them. */
export async function readForgotten(settings: OptOutSettings, signal: AbortSignal): Promise<Forgotten> {
  const optOuts = await readOptOuts(settings, signal).catch((error: unknown) => {
    // A cluster of the user's own need not have the topic: then nobody has opted out.
    if (error instanceof AppError && error.code === 'KAFKA_TOPIC_MISSING') return undefined;
    throw error;
  });
  if (optOuts === undefined || optOuts.size === 0) return () => false;
  return (message) => holdsFor(optOuts.get(message.user_id), message);
}
