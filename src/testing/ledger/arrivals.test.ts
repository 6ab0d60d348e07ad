import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { createLineGenerator } from '../../simulator/line-generator.ts';
import { parseIrcLine } from '../../twitch/irc-line.ts';
import { toChatMessage } from '../../twitch/to-chat-message.ts';
import { arrivalsOf } from './arrivals.ts';
import { sentLines } from './sent-lines.ts';

const ledger = sentLines();
const messages: ChatMessage[] = [];
const generator = createLineGenerator(['alpha', 'beta'], 1);
for (let at = 0; at < 2000; at++) {
  const { channel, raw, messageId: id } = generator.next(at);
  ledger.write({ type: 'line', at, channel, id, to: [1], lost: {} }, raw);
  const line = parseIrcLine(raw);
  const converted = line === undefined ? undefined : toChatMessage(line, { includeMirrored: false });
  if (converted !== undefined && 'message' in converted) messages.push(converted.message);
}
const judge = arrivalsOf(ledger.lines);

it('takes what the ingestor makes of each line, emoji, /me, emotes and redeliveries among them', () => {
  expect(messages).toHaveLength(2000);
  expect([...messages, ...messages.slice(0, 9)].flatMap((message) => judge(message) ?? [])).toEqual([]);
});

describe('shows', () => {
  const message = messages.find(({ emotes }) => emotes.length > 0);
  it.each<[string, Partial<ChatMessage>, string]>([
    ['a message under an id that nobody sent', { message_id: crypto.randomUUID() }, 'never sent'],
    ['another channel', { channel_id: '1' }, 'something else'],
    ["another channel's name", { channel_name: 'gamma' }, 'something else'],
    ['another time', { timestamp: 1 }, 'something else'],
    ['another user', { user_id: '1' }, 'something else'],
    ["another user's name", { username: 'x' }, 'something else'],
    ['another text', { message: 'x' }, 'something else'],
    ['emotes twice', { emotes: [...(message?.emotes ?? []), ...(message?.emotes ?? [])] }, 'something else'],
  ])('%s', (_, damage, said) => {
    expect(message).toBeDefined();
    if (message !== undefined) expect(judge({ ...message, ...damage })).toContain(said);
  });
});
