import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../contract/chat-message.ts';
import { channelFilter, messageFilter } from './message-filter.ts';

const sent: ChatMessage = {
  channel_id: '40934651',
  channel_name: 'some_channel',
  message_id: '0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a11',
  user_id: '10203040',
  username: 'Some_Viewer',
  message: 'Hello Kappa',
  timestamp: 1_784_030_400_501,
  emotes: ['Kappa'],
};

describe('message filters', () => {
  it('let everything through when nothing is asked for', () => {
    expect(messageFilter({})(sent)).toBe(true);
    expect(channelFilter([])(sent)).toBe(true);
  });

  it.each([
    [['some_viewer'], true],
    [['@SOME_VIEWER'], true],
    [['10203040'], true],
    [['someone', 'some_viewer'], true],
    [['viewer'], false],
  ])('find users %j by whole name or id', (user, found) => {
    expect(messageFilter({ user })(sent)).toBe(found);
  });

  it.each([
    ['Kappa', true],
    ['^Kappa', false],
    ['kappa', false],
    ['(?i)kappa$', true],
    ['\\bHel+o\\b', true],
  ])('match %s', (match, found) => {
    expect(messageFilter({ match })(sent)).toBe(found);
  });

  it('want both the user and the text', () => {
    expect(messageFilter({ user: ['some_viewer'], match: 'Pog' })(sent)).toBe(false);
  });

  it('take an empty name for a mistake', () => {
    for (const name of ['', ' ', '@'])
      expect(() => messageFilter({ user: [name] })).toThrow('--user is empty');
  });

  it('do not hang on a pattern and a text made for each other', () => {
    const evil = { ...sent, message: `${'a'.repeat(500)}!` };
    expect(messageFilter({ match: '(a+)+$' })(evil)).toBe(false);
    expect(messageFilter({ match: '(a|a)*$' })({ ...evil, message: 'a'.repeat(5000) })).toBe(true);
  });

  it.each(['(', '(?=x)', '(a)\\1'])('say what is wrong with %s', (match) => {
    expect(() => messageFilter({ match })).toThrow(`--match: "${match}" is not a pattern`);
  });

  it('find channels by name or id, with # or without', () => {
    for (const channel of ['some_channel', '#Some_Channel', '40934651']) {
      expect(channelFilter([channel])(sent)).toBe(true);
    }
    expect(channelFilter(['another'])(sent)).toBe(false);
  });
});
