import { expect, it } from 'vitest';
import { simulateCommand } from './command.ts';

it.each([
  ['5', 5],
  ['alpha,#Beta', ['alpha', 'beta']],
  ['24', 24],
])('--channels %s', (text, channels) => {
  expect(simulateCommand.schema.parse({ channels: text })).toMatchObject({ channels });
});

it.each([
  [{ channels: '0' }, /1 to 10000/],
  [{ channels: 'no spaces' }, /names separated by commas/],
  [{ startTime: 'yesterdayish' }, /takes a date/],
  [{ rate: '-1' }, /rate/],
])('refuses %j', (options, message) => {
  expect(JSON.stringify(simulateCommand.schema.safeParse(options).error?.issues)).toMatch(message);
});
