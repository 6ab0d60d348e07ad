import { describe, expect, it } from 'vitest';
import { concernsChat, demoChannels, isSameSource, joinSource } from './chat-source.ts';

const twitch = (...channels: string[]) => ({ demo: false, channels });
const demo = (...channels: string[]) => ({ demo: true, channels });

describe('asked for more, a stack', () => {
  it('that has no channels takes what it is told', () => {
    expect(joinSource(twitch(), demo())).toEqual(demo());
    expect(joinSource(twitch(), twitch('xqc'))).toEqual(twitch('xqc'));
  });

  it('that has channels adds to them', () => {
    expect(joinSource(twitch('forsen'), twitch('xqc', 'forsen'))).toEqual(twitch('forsen', 'xqc'));
    expect(joinSource(demo(), demo('xqc'))).toEqual(demo(...demoChannels, 'xqc'));
  });

  it('that has channels is the same when nothing new is asked for', () => {
    for (const [current, asked] of [
      [demo(), twitch()],
      [demo(), demo()],
      [twitch('forsen'), twitch('forsen')],
      [demo('xqc'), twitch('xqc')],
    ] as const)
      expect(isSameSource(joinSource(current, asked), current)).toBe(true);
  });

  it.each([
    ['a demo', twitch('forsen'), demo()],
    ['a channel of Twitch', demo(), twitch('forsen')],
  ])('does not mix Twitch and made-up chat: %s', (_, current, asked) => {
    expect(() => joinSource(current, asked)).toThrow(/^The stack that runs (reads|plays) .* beside it$/);
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
