import { expect, it } from 'vitest';
import type { DashboardEvent } from '../model/dashboard-event.ts';
import { fold, initialState } from '../model/dashboard-state.ts';
import { whyNothing } from './nothing-yet.ts';

const connected: DashboardEvent = { type: 'connected', at: 0 };
const cache = (state: string): DashboardEvent => ({
  type: 'health',
  at: 0,
  health: { status: 'healthy', parts: [{ name: 'cache', state }], lag: 0 },
});

it.each<[DashboardEvent[], RegExp]>([
  [[], /^Waiting for the API\.$/],
  [[{ type: 'lost', at: 0, reason: 'connect ECONNREFUSED' }], /does not answer: start it/],
  [[{ type: 'lost', at: 0, reason: 'the API answers 401: set API_TOKEN', isRefused: true }], /refuses/],
  [[connected, cache('loading')], /has not read all counts/],
  [[connected, cache('ready')], /^none$/],
  [[{ type: 'lost', at: 0, reason: 'the API answers 503', isRefused: true }, connected], /^none$/],
])('claims nothing that is not known: after %j', (events, expected) => {
  expect(whyNothing(fold(initialState(0), events), 'none')).toMatch(expected);
});
