import { expect, it } from 'vitest';
import { decodeEvent } from './decode.ts';

it('takes chat of a producer that sends six fields only', () => {
  const six = { channel_id: '7', user_id: '1', username: 'viewer', message: 'hi', timestamp: 5, emotes: [] };
  expect(decodeEvent({ event: 'message', data: JSON.stringify(six) }, 9)).toMatchObject({
    type: 'message',
    message: { ...six, channel_name: '7' },
  });
});
