import { expect, it } from 'vitest';
import { runWords } from './run-words.ts';

it('keeps what all benchmarks say without options', () => {
  expect(runWords([])).toEqual({ asked: [], options: [], isKept: true });
  expect(runWords(['api', 'up'])).toEqual({ asked: ['api', 'up'], options: [], isKept: true });
});

it('does not let a run of one part replace the results of all parts', () => {
  const words = ['processor', '--only', 'recovery'];
  expect(runWords(words)).toEqual({ asked: ['processor'], options: ['--only', 'recovery'], isKept: false });
});

it.each([
  ['last', ['clone', '--cold', '--keep']],
  ['first', ['clone', '--keep', '--cold']],
])('keeps results of other options when told, and passes that word not on: %s', (_, words) => {
  expect(runWords(words)).toEqual({ asked: ['clone'], options: ['--cold'], isKept: true });
});
