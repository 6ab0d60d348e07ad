import { Chalk } from 'chalk';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChatMessage } from '../contract/chat-message.ts';
import { AppError } from '../contract/errors.ts';
import { createIntake } from '../twitch/intake.ts';
import { type FormatRequest, messageFormatter } from './message-format.ts';

const sent: ChatMessage = {
  channel_id: '40934651',
  channel_name: 'some_channel',
  message_id: '0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a11',
  user_id: '10203040',
  username: 'some_viewer',
  message: 'Hello Kappa',
  timestamp: Date.parse('2026-11-23T12:30:00.501Z'),
  emotes: ['Kappa'],
};

const terminal: FormatRequest = {
  json: false,
  timeZone: undefined,
  streamsJson: false,
  isTerminal: true,
  showsChannel: true,
  paint: new Chalk({ level: 0 }),
};
const pipe: FormatRequest = { ...terminal, streamsJson: true, isTerminal: false };

beforeAll(() => void vi.useFakeTimers({ now: sent.timestamp, toFake: ['Date'] }));
afterAll(() => void vi.useRealTimers());

function line(request: Partial<FormatRequest>, message: Partial<ChatMessage> = {}, base = terminal): string {
  return messageFormatter({ ...base, ...request })({ ...sent, ...message });
}

describe('messages as lines', () => {
  it('are for eyes on a terminal, JSON in a pipe, and what was asked for anywhere', () => {
    expect(line({ timeZone: 'UTC' })).toBe('12:30:00 #some_channel some_viewer: Hello Kappa');
    expect(JSON.parse(line({}, {}, pipe))).toEqual(sent);
    expect(JSON.parse(line({ format: 'json' }))).toEqual(sent);
    expect(line({ format: 'pretty', timeZone: 'UTC', showsChannel: false }, {}, pipe)).toBe(
      '12:30:00 some_viewer: Hello Kappa',
    );
  });

  it('show the time in the zone that was asked for, UTC as text without one', () => {
    const text = { format: 'text' } as const;
    expect(line(text)).toBe('2026-11-23T12:30:00.501Z #some_channel some_viewer: Hello Kappa');
    expect(line({ ...text, timeZone: 'Asia/Kathmandu' })).toContain('2026-11-23T18:15:00.501+05:45 ');
    expect(line({ ...text, timeZone: 'America/St_Johns' })).toContain('2026-11-23T09:00:00.501-03:30 ');
  });

  it('follow a template', () => {
    const template = '{{timestamp}}\\t{{ time }} {{username}} [{{emotes}}]';
    expect(line({ template, timeZone: 'Europe/Paris' })).toBe(
      `${sent.timestamp}\t13:30:00 some_viewer [Kappa]`,
    );
    expect(line({ template: 'no field, {one brace}, \\\\' })).toBe('no field, {one brace}, \\');
  });

  it('name the field that a template has wrong, and the one that was meant', () => {
    const error = failure(() => messageFormatter({ ...terminal, template: '{{usernme}}' }));
    expect([error.message, error.hint]).toEqual([
      '--template: there is no field {{usernme}}',
      'Did you mean {{username}}?',
    ]);
    expect(() => messageFormatter({ ...terminal, template: '{{constructor}}' })).toThrow('there is no field');
    expect(() => messageFormatter({ ...terminal, template: 'x', format: 'json' })).toThrow('exclude');
    expect(() => messageFormatter({ ...pipe, json: true, template: 'json' })).toThrow(
      '--json and --template exclude',
    );
    expect(() => messageFormatter({ ...pipe, json: true, format: 'irc' })).toThrow(
      '--json and --format exclude',
    );
    expect(() => messageFormatter({ ...pipe, json: true, format: 'json' })).not.toThrow();
  });

  const hostile = 'a\x1b[2Jb\x9b31mc\u202ed\ne\x1b]0;owned\x07';

  it.each(['pretty', 'text', 'irc'] as const)('carry nothing to a terminal as %s', (format) => {
    const attacked = { message: hostile, username: hostile, channel_name: hostile };
    expect(line({ format }, attacked)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
  });

  it('carry nothing through a template, wherever it goes', () => {
    expect(line({ template: '{{message}}' }, { message: hostile }, pipe)).toBe('abcde');
  });
});

describe('messages of several days', () => {
  const days = ['2026-11-22T23:59:59Z', '2026-11-23T00:00:00Z', '2026-11-23T00:00:01Z'];
  const written = (base: FormatRequest) => {
    const format = messageFormatter({ ...base, timeZone: 'UTC', format: 'pretty' });
    return days.map((day) => format({ ...sent, timestamp: Date.parse(day) })).join('\n');
  };

  it('say on a terminal where a day begins, and which it is where it is not today', () => {
    expect(written(terminal).match(/── .* ──/g)).toEqual(['── 2026-11-22 ──', '── 2026-11-23 ──']);
  });

  it('stay a line each in a pipe', () => {
    expect(written(pipe).split('\n')).toHaveLength(3);
  });
});

describe('messages as IRC lines', () => {
  const word = fc.stringMatching(/^[^\s\0]{1,8}$/u);
  const emote = fc.constantFrom('Kappa', 'PogChamp', ':)', '<3', '😂emote', 'a;b');
  const messages = fc
    .record({
      words: fc.array(fc.oneof(word, fc.constantFrom('😂', '👩‍👩‍👧‍👦', '\x1b[2J', 'ﷺ', ' ', '')), {
        maxLength: 6,
      }),
      emotes: fc.array(emote, { maxLength: 4 }),
      id: fc.uuid(),
      user: fc.stringMatching(/^[a-z0-9_]{1,25}$/),
      channel: fc.stringMatching(/^[a-z0-9_]{1,25}$/),
      at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    })
    .map(({ words, emotes, id, user, channel, at }) => ({
      channel_id: '77',
      channel_name: channel,
      message_id: id,
      user_id: '1',
      username: user,
      message: [...emotes.flatMap((code, index) => [words[index] ?? 'x', code]), ...words].join(' '),
      timestamp: at,
      emotes,
    }))
    .filter(({ message }) => message.trim() !== '');

  it('are read again by ingest as the very same messages', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const raw = line({ format: 'irc' }, message, pipe);
        expect(raw).not.toMatch(/[\r\n]/);
        expect(ingested(raw)).toEqual([message]);
      }),
      { numRuns: 2000 },
    );
  });

  it('stay one line, whatever the text', () => {
    const raw = line({ format: 'irc' }, { message: 'a\r\nPRIVMSG #x :b\0c' }, pipe);
    expect(ingested(raw).map(({ message }) => message)).toEqual(['a PRIVMSG #x :b c']);
  });

  it('keep names and ids from breaking out of their place', () => {
    const raw = line(
      { format: 'irc' },
      { username: 'a b!c@d', channel_name: 'x :y', message_id: 'i;d d\\' },
      pipe,
    );
    expect(ingested(raw)).toMatchObject([
      { username: 'a_b_c_d', channel_name: 'x__y', message_id: 'i;d d\\', message: 'Hello Kappa' },
    ]);
  });
});

function ingested(raw: string): ChatMessage[] {
  const messages: ChatMessage[] = [];
  createIntake({ includeMirrored: false, onMessage: (message) => messages.push(message) }).take(raw);
  return messages;
}

function failure(call: () => unknown): AppError {
  try {
    call();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('nothing was thrown');
}
