import { expect, it } from 'vitest';
import { createLateness } from './lateness.ts';

it('is late as often and by as much as the lines of a real log', () => {
  const next = createLateness(1);
  const all = Array.from({ length: 100_000 }, next);
  const late = all.filter((ms) => ms > 0).sort((a, b) => a - b);
  const at = (share: number) => late[Math.floor(share * late.length)] ?? 0;
  expect(late.length / all.length).toBeCloseTo(0.16, 2);
  expect(at(0.5)).toBeGreaterThan(19);
  expect(at(0.5)).toBeLessThan(25);
  expect(at(0.99)).toBeGreaterThan(230);
  expect(at(0.99)).toBeLessThan(330);
  expect(at(1 - 1e-9)).toBe(403);
});

it('is the same for the same seed', () => {
  const [one, other] = [createLateness(7), createLateness(7)];
  const first = Array.from({ length: 100 }, one);
  expect(Array.from({ length: 100 }, other)).toEqual(first);
  expect(Array.from({ length: 100 }, createLateness(8))).not.toEqual(first);
});
