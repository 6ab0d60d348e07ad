import { expect, it } from 'vitest';
import { mustBeSent } from './must-be-sent.ts';

it('takes a load of which 95 % was sent', () => {
  expect(() => mustBeSent(1000, 950)).not.toThrow();
});

it('refuses one of which less was sent, and says how much', () => {
  expect(() => mustBeSent(1000, 949)).toThrow(
    '949 lines a second were sent of 1000: this run does not count',
  );
});
