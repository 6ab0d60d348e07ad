import { expect, it } from 'vitest';
import { hasMessageSince } from './first-count.ts';

const since = 1_000_000;
const list = (...channels: readonly object[]) => ({ channels });

it('does not take a count of an earlier run, sent again at the start, for a counted message', () => {
  const sentAgain = { last_message_at: since - 1, last_updated: since + 500 };
  const nothingHeard = { last_message_at: null, last_updated: since + 500 };
  expect(hasMessageSince(list(sentAgain, nothingHeard), since)).toBe(false);
});

it('sees a message of this run in one of the channels', () => {
  const old = { last_message_at: since - 1, last_updated: since - 1 };
  expect(hasMessageSince(list(old, { last_message_at: since, last_updated: since }), since)).toBe(true);
});
