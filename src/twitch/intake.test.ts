import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../contract/chat-message.ts';
import { rawChat } from '../testing/raw-lines.ts';
import { createIntake } from './intake.ts';

function intakeOf({ includeMirrored = false } = {}) {
  const messages: ChatMessage[] = [];
  const skipped: string[] = [];
  const unreadable: string[] = [];
  const intake = createIntake({
    includeMirrored,
    onMessage: (message) => messages.push(message),
    onSkipped: (reason) => skipped.push(reason),
    onUnreadable: (_error, raw) => unreadable.push(raw),
  });
  return {
    take: (...lines: string[]) => lines.map((line) => intake.take(line)),
    messages,
    skipped,
    unreadable,
  };
}

const from = ':ann!ann@ann.tmi.twitch.tv';
const tags = (extra: string) => `@${extra}room-id=70001;user-id=1;tmi-sent-ts=1546344000123`;

describe('intake', () => {
  it('makes the message of the contract', () => {
    const { take, messages } = intakeOf();
    take(`${tags('id=a;emotes=25:0-4;')} ${from} PRIVMSG #Alpha :Kappa hi`);
    expect(messages).toEqual([
      {
        channel_id: '70001',
        channel_name: 'alpha',
        message_id: 'a',
        user_id: '1',
        username: 'ann',
        message: 'Kappa hi',
        timestamp: 1546344000123,
        emotes: ['Kappa'],
      },
    ]);
  });

  it('gives exactly the PRIVMSGs of chat with all its warts', () => {
    const chat = rawChat({
      seed: 11,
      lines: 3000,
      channels: [
        { name: 'alpha_room', id: '70001' },
        { name: 'beta_room', id: '70002' },
      ],
      start: 1546344000000,
      end: 1546344600000,
    });
    const { take, messages, skipped, unreadable } = intakeOf();
    take(...chat.lines);
    expect(
      messages.map((m) => [m.channel_id, m.message_id, m.user_id, m.message, m.timestamp, m.emotes]),
    ).toEqual(chat.messages.map((m) => [m.channelId, m.messageId, m.userId, m.text, m.timestamp, m.emotes]));
    expect([skipped, unreadable]).toEqual([[], []]);
  });

  it.each([
    ['\x01ACTION waves\x01', 'waves'],
    ['\x01ACTION waves', 'waves'],
    ['\x01ACTION  two spaces \x01', ' two spaces '],
    ['\x01ACTION\x01', ''],
    ['\x01ACTIONS speak\x01', '\x01ACTIONS speak\x01'],
  ])('unwraps /me: %j is %j', (sent, text) => {
    const { take, messages } = intakeOf();
    take(`${tags('id=a;')} ${from} PRIVMSG #alpha :${sent}`);
    expect(messages[0]?.message).toBe(text);
  });

  it('takes a PRIVMSG without text as one with an empty text, and goes on', () => {
    const { take, messages } = intakeOf();
    take(`${tags('id=a;')} ${from} PRIVMSG #alpha`, `${tags('id=b;')} ${from} PRIVMSG #alpha :after`);
    expect(messages.map(({ message }) => message)).toEqual(['', 'after']);
  });

  it('leaves out what a shared chat mirrors, unless asked', () => {
    const mirrored = `${tags('id=a;source-room-id=70002;source-id=x;')} ${from} PRIVMSG #alpha :hi`;
    const own = `${tags('id=b;source-room-id=70001;source-id=b;')} ${from} PRIVMSG #alpha :hi`;
    const without = intakeOf();
    without.take(mirrored, own);
    expect(without.messages.map((message) => message.message_id)).toEqual(['b']);
    expect(without.skipped).toEqual(['mirrored']);
    const withMirrors = intakeOf({ includeMirrored: true });
    withMirrors.take(mirrored, own);
    expect(withMirrors.messages.map((message) => message.message_id)).toEqual(['a', 'b']);
  });

  it('counts a message once that two connections deliver', () => {
    const { take, messages, skipped } = intakeOf();
    const line = `${tags('id=a;')} ${from} PRIVMSG #alpha :hi`;
    take(line, line);
    expect([messages.length, skipped]).toEqual([1, ['duplicate']]);
  });

  it('never takes whispers and other lines for chat', () => {
    const { take, messages, skipped } = intakeOf();
    take(
      `@message-id=8;user-id=77 ${from} WHISPER alpha :secret`,
      `${tags('id=a;msg-id=resub;')} :tmi.twitch.tv USERNOTICE #alpha :still here`,
    );
    expect([messages, skipped]).toEqual([[], []]);
  });

  it('says why a PRIVMSG cannot be counted, and names lines that are none', () => {
    const { take, messages, skipped, unreadable } = intakeOf();
    take(
      `@id=a;user-id=1;tmi-sent-ts=1 ${from} PRIVMSG #alpha :x`,
      `@room-id=1;user-id=1;tmi-sent-ts=1 ${from} PRIVMSG #alpha :x`,
      `@id=a;room-id=1;tmi-sent-ts=1 ${from} PRIVMSG #alpha :x`,
      `@id=a;room-id=1;user-id=1 ${from} PRIVMSG #alpha :x`,
      `@id=a;room-id=1;user-id=1;tmi-sent-ts=soon ${from} PRIVMSG #alpha :x`,
      `${tags('id=a;')} ${from} PRIVMSG alpha :x`,
      `${tags('id=a;')} ${from} PRIVMSG #alpha :${'x'.repeat(70_000)}`,
      '@nothing',
    );
    expect(messages).toEqual([]);
    expect(skipped).toEqual([
      'no_room_id',
      'no_message_id',
      'no_user_id',
      'no_sent_time',
      'no_sent_time',
      'no_channel',
      'too_long',
    ]);
    expect(unreadable).toEqual(['@nothing']);
  });
});
