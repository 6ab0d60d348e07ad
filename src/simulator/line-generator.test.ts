import { expect, it } from 'vitest';
import { createIntake } from '../twitch/intake.ts';
import { createLineGenerator } from './line-generator.ts';
import { inventedChannels, roomIdOf } from './rooms.ts';
import { emotes } from './vocabulary.ts';

const channels = inventedChannels(12);

function lines(seed: number, count: number, sentAt = (index: number) => 1_546_300_800_000 + index): string[] {
  const generator = createLineGenerator(channels, seed);
  return Array.from({ length: count }, (_, index) => generator.next(sentAt(index)).raw);
}

it('makes the same lines from the same seed, and others from another', () => {
  expect(lines(7, 500)).toEqual(lines(7, 500));
  expect(lines(8, 500)).not.toEqual(lines(7, 500));
});

it('differs in nothing but the time of sending when only that differs', () => {
  const later = lines(7, 200, (index) => 1_700_000_000_000 + index);
  const withoutTime = (raw: string) => raw.replace(/tmi-sent-ts=\d+/, '');
  expect(later.map(withoutTime)).toEqual(lines(7, 200).map(withoutTime));
});

it('is chat that the ingestor reads: every line, with every emote where the tag says', () => {
  const known = new Set(emotes.map(([code]) => code));
  const problems: string[] = [];
  const ids = new Set<string>();
  const rooms = new Map<string, number>();
  let withEmotes = 0;
  const intake = createIntake({
    includeMirrored: false,
    onMessage: (message) => {
      ids.add(message.message_id);
      rooms.set(message.channel_name, (rooms.get(message.channel_name) ?? 0) + 1);
      if (message.channel_id !== roomIdOf(message.channel_name)) problems.push(message.channel_id);
      if (message.emotes.length > 0) withEmotes++;
      for (const code of message.emotes) if (!known.has(code)) problems.push(code);
      const said = message.message.split(' ').filter((word) => known.has(word));
      if (said.join() !== message.emotes.join()) problems.push(message.message);
    },
    onSkipped: (reason) => problems.push(reason),
    onUnreadable: (_error, raw) => problems.push(raw),
  });
  for (const raw of lines(3, 5000)) intake.take(raw);
  expect(problems).toEqual([]);
  expect(ids.size).toBe(5000);
  expect(withEmotes).toBeGreaterThan(1000);
  const [first = 0, second = 0, ...small] = channels.map((name) => rooms.get(name) ?? 0);
  expect(first).toBeGreaterThan(1.5 * second);
  expect(Math.min(...small)).toBeGreaterThan(0);
});

it('has every kind of line: /me, bits, replies, emoji', () => {
  const all = lines(1, 5000).join('\n');
  for (const kind of [/:\x01ACTION .+\x01/, /bits=\d+;/, /reply-parent-msg-id=/, /🫡/, /emote-only=1/]) {
    expect(all).toMatch(kind);
  }
});
