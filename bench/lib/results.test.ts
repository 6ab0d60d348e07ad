import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { keptReports, type Report, resultsPageFile } from './results.ts';
import { resultsPage, resultsTable } from './results-page.ts';

const figure = { median: 2, low: 2, high: 2, samples: 1 };
const report: Report = {
  bench: 'api',
  at: '2026-11-23T17:36:54.308Z',
  commit: 'e01866d',
  machine: '2 × CPU',
  results: [{ what: 'reads', unit: 'req/s', ours: figure, bar: { is: 'at least', bar: 1 } }],
};
const lastLine = (args?: string) =>
  resultsTable([{ ...report, ...(args === undefined ? {} : { args }) }])
    .split('\n')
    .at(-1);

it('the page says what is kept (else: npm run bench -- --page)', () => {
  expect(readFileSync(resultsPageFile, 'utf8')).toBe(resultsPage(keptReports()));
});

it('tells with which command something was measured', () => {
  expect(lastLine('--seconds 5')).toBe(
    '- api: 2026-11-23, commit e01866d, 2 × CPU, `npm run bench -- api --seconds 5`',
  );
  expect(lastLine('')).toMatch(/`npm run bench -- api`$/);
});

it('claims no command for a report of before options were kept', () => {
  expect(lastLine()).toBe('- api: 2026-11-23, commit e01866d, 2 × CPU');
});
