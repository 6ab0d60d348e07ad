import { expect, it } from 'vitest';
import { authorOf } from './record-author.ts';

const message = { channel_id: '1', channel_name: 'room', message_id: 'm', user_id: '42', username: 'u' };

it('cuts the user id out of a record', () => {
  expect(authorOf(JSON.stringify({ ...message, message: 'hello' }))).toBe('42');
});

it('is not taken in by text that looks like the field', () => {
  const channel_name = '","user_id":"7';
  expect(authorOf(JSON.stringify({ ...message, channel_name, message: '"user_id":"8"' }))).toBe('42');
});

it('has nothing to say of a record without one', () => {
  expect(authorOf('{"type":"gap"}')).toBe('');
});
