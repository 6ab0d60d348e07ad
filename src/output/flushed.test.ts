import { Writable } from 'node:stream';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { flushed } from './flushed.ts';

describe('what was written last', () => {
  it('is waited for, though it is too little for the stream to say that it is full', async () => {
    const arrived: string[] = [];
    const slow = new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        setTimeout(() => {
          arrived.push(chunk);
          done();
        }, 5);
      },
    });
    expect(slow.write('one')).toBe(true);
    expect(slow.write('two')).toBe(true);
    await flushed(slow);
    expect(arrived.slice(0, 2)).toEqual(['one', 'two']);
  });

  it('is not waited for when nobody can take it any more', async () => {
    const gone = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    gone.on('error', () => undefined);
    gone.write('one');
    await flushed(gone);
    await flushed(gone);
  });

  it('reaches a reader who comes late to a full pipe, and the exit code is 0', async () => {
    const cli = new URL('../testing/cli-main.ts', import.meta.url).pathname;
    const run = `'${process.execPath}' --import '${import.meta.resolve('tsx')}' '${cli}' completion bash`;
    const late = `(head -c 65536 /dev/zero; ${run}; echo "ended with $?" >&2) | (sleep 3; tail -c 200)`;
    const { stdout, stderr } = await execa('bash', ['-c', late], { stdin: 'ignore', reject: false });
    expect(stderr).toContain('ended with 0');
    expect(stdout).toContain('twitchstats');
  });
});
