import { expect, it } from 'vitest';
import { channelMatcher, loginOf } from './channel-names.ts';

it('knows a channel by its login, however that is written, and by its id as it is', () => {
  expect(loginOf('#Forsen')).toBe('forsen');
  const isWanted = channelMatcher(['#Forsen', 'UCabc']);
  expect(isWanted('7', 'forsen')).toBe(true);
  expect(isWanted('UCabc', 'other')).toBe(true);
  expect(isWanted(null, 'FORSEN')).toBe(true);
  expect(isWanted(null, 'other')).toBe(false);
});

it('wants every channel when none is named', () => {
  expect(channelMatcher([])(null, 'any')).toBe(true);
});
