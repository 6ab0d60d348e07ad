import type { ChatMessage } from '../../contract/chat-message.ts';
import { saidBy } from './said.ts';
import type { SentLine } from './sent-lines.ts';

/**
 * Judges each record of the log by what was sent: what is wrong with it, undefined when it says what its line said. One
 * that is there twice is judged twice: a redelivery must say the same.
 */
export function arrivalsOf(sent: readonly SentLine[]): (message: ChatMessage) => string | undefined {
  const says = new Map(sent.map((line) => [line.id, line.says]));
  return (message) => {
    const { message_id: id, channel_name: channel } = message;
    const said = says.get(id);
    if (!says.has(id)) return `arrived and never sent: ${id} of ${channel}: ${JSON.stringify(message)}`;
    if (said === saidBy(message)) return undefined;
    return `arrived as something else than was sent: ${id} of ${channel}: ${JSON.stringify(message)}`;
  };
}
