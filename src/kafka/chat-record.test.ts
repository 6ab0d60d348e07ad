import { describe, expect, it } from 'vitest';
import { canonicalId, decodeChatRecord } from './chat-record.ts';

const sent = {
  channel_id: '40934651',
  channel_name: 'some_channel',
  message_id: '0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a11',
  user_id: '10203040',
  username: 'some_viewer',
  message: 'Hello Kappa',
  timestamp: 1_784_030_400_501,
  emotes: ['Kappa'],
};

function decode(value: unknown, key = '40934651') {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const record = { partition: 2, offset: 17, timestamp: 1_784_030_400_600, key: Buffer.from(key) };
  return decodeChatRecord('chat', { ...record, value: Buffer.from(text) });
}

describe('records of chat', () => {
  it('are read as they were written', () => {
    expect(decode(sent)).toEqual(sent);
    expect(decode({ ...sent, badges: ['vip'] })).toEqual(sent);
  });

  it('get what a producer of six fields leaves out, always the same', () => {
    const { channel_name: _name, message_id: _id, ...six } = sent;
    const whole = { ...sent, channel_name: '40934651', message_id: canonicalId('chat-2-17') };
    expect(decode(six)).toEqual(whole);
    expect(decode({ ...six, channel_name: null, message_id: '' })).toEqual(whole);
    expect(decode({ ...six, emotes: null })).toEqual({ ...whole, emotes: [] });
  });

  it('make one id of one text, as java.util.UUID.nameUUIDFromBytes does', () => {
    // Computed with Java 17.
    expect(canonicalId('chat-2-17')).toBe('c5a7f433-d7af-398f-a4d7-eba3e9fb6647');
    expect(canonicalId('0F6B2C1E-7A55-4D0B-9C57-1D2F6F0D9A11')).toBe(sent.message_id);
    expect(canonicalId('1-1-1-1-1')).not.toBe('1-1-1-1-1');
  });

  it.each([
    ['broken JSON', '{'],
    ['no object', '[]'],
    ['a missing text', { ...sent, message: undefined }],
    ['a number for an id', { ...sent, user_id: 10203040 }],
    ['an empty name', { ...sent, username: '' }],
    ['a NUL', { ...sent, message: 'a\0b' }],
    [
      'half an emoji',
      '{"channel_id":"40934651","user_id":"1","username":"u","message":"\\ud83d","timestamp":1}',
    ],
    ['a time over a day ahead', { ...sent, timestamp: 1_784_030_400_600 + 86_400_001 }],
    ['more emotes than fit', { ...sent, emotes: Array.from({ length: 101 }, () => 'Kappa') }],
    ['an endless name', { ...sent, channel_name: 'x'.repeat(257) }],
  ])('are none with %s', (_what, value) => {
    expect(decode(value)).toBeUndefined();
  });

  it('are none under another channel’s key', () => {
    expect(decode(sent, '1')).toBeUndefined();
  });
});
