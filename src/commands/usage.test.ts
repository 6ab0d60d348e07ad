import { expect, it } from 'vitest';
import { runCli } from '../testing/run-cli.ts';

it.each([
  [['forget'], 'error: Wrong use of `twitchstats forget`\n  --user: missing\n'],
  [['logs', '-n', 'few'], 'error: Wrong use of `twitchstats logs`\n  --lines: expected number\n'],
  // Before anything is connected to.
  [['watch', 'forsen,xqc'], '  channel: has a comma: put blanks between channels\n'],
  [['replay', 'forsen', '--from', 'tomorow'], 'error: --from: "tomorow" is not a time that I understand\n'],
  [['tail', '--match', '('], 'error: --match: "(" is not a pattern that can be used\n'],
  [['stats', '--history', '--last', 'long'], 'error: --last: "long" is not a length of time\n'],
])('%j ends with 2 and says why', async (argv, words) => {
  const { code, stdout, stderr } = await runCli(argv);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
});
