import { expect, it } from 'vitest';
import { untilNoneHeld } from './until-none-held.ts';

it.each([
  ['until nothing is held', [7, 3, 0, 9], { left: 0, looks: 3 }],
  ['no longer than it has patience for', [7], { left: 7, looks: 5 }],
])('waits %s', async (_, counts, expected) => {
  let now = 0;
  let looks = 0;
  const held = async () => counts[looks++] ?? counts.at(-1) ?? 0;
  const sleep = async (ms: number) => {
    now += ms;
  };
  const left = await untilNoneHeld(held, 2000, { now: () => now, sleep });
  expect({ left, looks }).toEqual(expected);
});
