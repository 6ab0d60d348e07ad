import { describe, expect, it } from 'vitest';
import { concernsChat, demoChannels, isSameSource, joinSource } from './chat-source.ts';

const twitch = (...channels: string[]) => ({ demo: false, channels });
const demo = (...channels: string[]) => ({ demo: true, channels });

describe('asked for more, a stack', () => {
  it('that reads nothing yet takes what it is told', () => {
    expect(joinSource(twitch(), demo(), false)).toEqual(demo());
    expect(joinSource(twitch('forsen'), twitch('xqc'), false)).toEqual(twitch('forsen', 'xqc'));
  });

  it('that reads already adds channels to those it has', () => {
    expect(joinSource(twitch('forsen'), twitch('xqc', 'forsen'), true)).toEqual(twitch('forsen', 'xqc'));
    expect(joinSource(demo(), demo('xqc'), true)).toEqual(demo(...demoChannels, 'xqc'));
  });

  it('that reads already is the same when nothing new is asked for', () => {
    for (const [current, asked] of [
      [demo(), twitch()],
      [demo(), demo()],
      [twitch('forsen'), twitch('forsen')],
      [demo('xqc'), twitch('xqc')],
    ] as const)
      expect(isSameSource(joinSource(current, asked, true), current)).toBe(true);
  });

  it.each([
    ['a demo', twitch('forsen'), demo()],
    ['a channel of Twitch', demo(), twitch('forsen')],
  ])('does not mix Twitch and made-up chat: %s', (_, current, asked) => {
    expect(() => joinSource(current, asked, true)).toThrow(
      /^The stack that runs (reads|plays) .* beside it$/,
    );
  });
});

it('concerns chat when nothing or one of its services is named', () => {
  expect([[], ['api', 'ingest'], ['simulator'], ['kafka', 'api']].map(concernsChat)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
