import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { faultNames, parseScenario } from './scenario.ts';

it('orders faults by time and fills in defaults', () => {
  const { faults } = parseScenario({
    faults: [
      { at: 5, do: 'cut' },
      { at: 1, do: 'reconnect' },
      { at: 2, do: 'ban', channel: '#Alpha', seconds: 3 },
    ],
  });
  expect(faults).toEqual([
    { at: 1, do: 'reconnect', seconds: 30 },
    { at: 2, do: 'ban', channel: 'alpha', seconds: 3 },
    { at: 5, do: 'cut' },
  ]);
});

it.each([
  [{ faults: [{ at: 1, do: 'explode' }] }, /do/],
  [{ faults: [{ at: 1, do: 'down' }] }, /seconds/],
  [{ faults: [{ at: 1, do: 'cut', seconds: 2 }] }, /seconds/],
  [[], /scenario/],
])('says what is wrong in %j', (value, message) => {
  expect(() => parseScenario(value, 'faults.json')).toThrow(/faults\.json is no scenario/);
  expect(detailOf(() => parseScenario(value))).toMatch(message);
});

it('has every fault in docs/simulator.md, whose example it takes', () => {
  const page = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8');
  const example = /```json\n(.*?)```/s.exec(page)?.[1] ?? '';
  const { faults } = parseScenario(JSON.parse(example));
  const documented = new Set(
    [...(page.split('--ledger')[0] ?? '').matchAll(/^\| `([a-z0-9-]+)`/gm)].map((match) => match[1]),
  );
  expect(faults.length).toBeGreaterThan(2);
  expect(documented).toEqual(new Set(faultNames));
});

function detailOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof Error && 'detail' in error) return `${error.message} ${error.detail}`;
  }
  throw new Error('nothing was thrown');
}
