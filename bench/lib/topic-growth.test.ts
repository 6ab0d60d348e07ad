import { expect, it } from 'vitest';
import { growingBy } from './topic-growth.ts';

const topic = (drops: number) => {
  let size = 7;
  const send = async (records: number) => {
    size += records - drops;
    return 'sent';
  };
  return { end: async () => size, send };
};

it('gives the result of a run whose records are all in the topic', async () => {
  const { end, send } = topic(0);
  await expect(growingBy(10, end, () => send(10))).resolves.toBe('sent');
});

it.each([1, -1])('refuses a run that dropped %i of its records', async (drops) => {
  const { end, send } = topic(drops);
  await expect(growingBy(10, end, () => send(10))).rejects.toThrow(`${10 - drops} records more, not 10`);
});
