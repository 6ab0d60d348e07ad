import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linesOf } from './lines-of.ts';

const never = new AbortController().signal;

async function read(input: Readable): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(input, never)) lines.push(line);
  return lines;
}

it('ends lines at LF and CR LF, and at nothing else that a text may hold', async () => {
  const text = 'one\u2028still one\r\ntwo\u2029\u0085\u000b\fstill two\n\nlast';
  expect(await read(Readable.from([Buffer.from(text)]))).toEqual([
    'one\u2028still one',
    'two\u2029\u0085\u000b\fstill two',
    '',
    'last',
  ]);
});

it('gives the same lines however the bytes are cut', async () => {
  const lines = fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[\r\n]/g, ' ')));
  await fc.assert(
    fc.asyncProperty(lines, fc.integer({ min: 1, max: 7 }), async (expected, size) => {
      const bytes = Buffer.from(expected.map((line) => `${line}\r\n`).join(''));
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      const clean = expected.map((line) => Buffer.from(line).toString());
      expect(await read(Readable.from(pieces))).toEqual(clean);
    }),
  );
});

it('ends with its signal while nothing comes', async () => {
  const asked = new AbortController();
  const input = new PassThrough();
  input.write('first\nhalf');
  const lines: string[] = [];
  for await (const line of linesOf(input, asked.signal)) {
    lines.push(line);
    setImmediate(() => asked.abort());
  }
  expect(lines).toEqual(['first']);
  expect(input.destroyed).toBe(true);
});

it('hands on what the input fails with', async () => {
  const input = new PassThrough();
  input.destroy(new Error('the disk is gone'));
  await expect(read(input)).rejects.toThrow('the disk is gone');
});
