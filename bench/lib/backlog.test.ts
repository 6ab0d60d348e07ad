import { expect, it } from 'vitest';
import { backlogOf } from './backlog.ts';

const seconds = Array.from({ length: 60 }, (_, second) => second);

it('says by how much a backlog grew in all the time', () => {
  expect(backlogOf(seconds.map((second) => 5000 + 100 * second))).toEqual({
    begin: 5450,
    end: 10_450,
    growth: 6000,
  });
});

it('is not misled by what stands still and swings', () => {
  const swinging = seconds.map((second) => 8000 + (second % 5 === 4 ? 8000 : 0));
  expect(backlogOf(swinging).growth).toBe(0);
});

it('takes a third for each mean where there is less time', () => {
  expect(backlogOf([0, 0, 30])).toEqual({ begin: 0, end: 30, growth: 45 });
});
