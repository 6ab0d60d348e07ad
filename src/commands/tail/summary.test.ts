import { expect, it } from 'vitest';
import { createOutput } from '../../output/output.ts';
import { captureStream } from '../../testing/run-cli.ts';
import { type TailOptions, tailSchema } from './command.ts';
import { sayWhatWasSeen } from './summary.ts';

it.each([
  ['quin69', 'No messages of quin69. Heard were forsen.\n'],
  ['forsen[8m', 'No messages of forsen[8m. Did you mean forsen?\n'],
])('names channels that were heard, and lets none of them colour the terminal: %s', (asked, said) => {
  const stderr = captureStream({ columns: 80, rows: 24 });
  const io = { stdin: process.stdin, stdout: captureStream(), stderr, env: { TERM: 'xterm' }, cwd: '/' };
  const output = createOutput(io, { json: false, quiet: false, color: true });
  const options: TailOptions = tailSchema.parse({ channel: [asked] });
  const otherChannels = new Set(['forsen\u001b[8m']);
  sayWhatWasSeen({ printed: 0, unreadable: 0, otherChannels }, options, output);
  expect(stderr.written()).toBe(said);
});
