import { describe, expect, it, onTestFinished } from 'vitest';
import type { ChatMessage } from '../contract/chat-message.ts';
import { archiveChat, chat } from '../testing/chat.ts';
import { bootstrappedSettings } from '../testing/pipeline.ts';
import { connectCassandra } from './client.ts';
import { type ChannelMessage, type MessageRange, messageExtent, readMessages } from './message-pages.ts';

const start = Date.now() - 3_600_000;
const never = new AbortController().signal;

async function setUp(messages: number, stepMs: number) {
  const settings = await bootstrappedSettings();
  const sent = chat({ seed: 5, messages, start, stepMs });
  await archiveChat(settings, [
    ...sent,
    ...chat({ seed: 6, messages: 20, start, stepMs, channels: ['70002'] }),
  ]);
  const session = await connectCassandra(settings);
  onTestFinished(() => session.close());
  const read = async (range: Partial<MessageRange>, pageSize = 7): Promise<ChannelMessage[]> => {
    const all: ChannelMessage[] = [];
    const whole = { channelId: '70001', to: Date.now(), ...range };
    for await (const page of readMessages(session, settings, whole, { pageSize, signal: never })) {
      all.push(...page);
    }
    return all;
  };
  const expected = inReadingOrder(sent);
  return { settings, session, read, expected };
}

/** By time; equal times as Cassandra's UUIDType orders them, which for version 4 is by bytes, descending. */
function inReadingOrder(sent: readonly ChatMessage[]): ChannelMessage[] {
  return sent
    .map(({ channel_id: _id, channel_name: _name, ...message }) => message)
    .sort((a, b) => a.timestamp - b.timestamp || (a.message_id < b.message_id ? 1 : -1));
}

describe('pages of messages', () => {
  it('hold one channel, oldest first, every row as it was archived', async () => {
    const { read, expected } = await setUp(300, 10);
    expect(await read({})).toEqual(expected);
    expect(await read({}, 5000)).toEqual(expected);
  });

  it('hold hours of silence and bursts within a millisecond', async () => {
    const { settings, read, expected } = await setUp(100, 0.01);
    const later = chat({ seed: 7, messages: 50, start: start + 3_000_000, stepMs: 2000 });
    await archiveChat(settings, later);
    const all = [...expected, ...inReadingOrder(later)];
    expect(await read({})).toEqual(all);
    expect(await read({}, 1)).toEqual(all);
  });

  it('begin behind any cursor, among equal milliseconds too', async () => {
    // Two or three messages a millisecond.
    const { read, expected } = await setUp(40, 0.4);
    for (const [index, { timestamp, message_id }] of expected.entries()) {
      expect(await read({ after: { timestamp, message_id } }, 3)).toEqual(expected.slice(index + 1));
    }
  });

  it('hold a half-open range', async () => {
    const { read, expected, session, settings } = await setUp(60, 1);
    const [from, to] = [start + 10, start + 30];
    const inRange = expected.filter(({ timestamp }) => timestamp >= from && timestamp < to);
    expect(await read({ from, to })).toEqual(inRange);
    expect(await read({ from: to, to: from })).toEqual([]);
    const [first, last] = [inRange[0]?.timestamp, inRange.at(-1)?.timestamp];
    const extentOf = (channelId: string) =>
      messageExtent(session, settings, { channelId, from, to }, AbortSignal.timeout(30_000));
    expect(await extentOf('70001')).toEqual({ first, last });
    expect(await extentOf('nobody')).toBeUndefined();
  });
});
