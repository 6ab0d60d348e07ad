import xterm from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { captureStream } from '../testing/run-cli.ts';
import { createLiveLines } from './live-lines.ts';

/** What a terminal of this size shows after these bytes. */
async function screen(text: string, { columns, rows }: { columns: number; rows: number }): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(text.replaceAll('\n', '\r\n'), resolve));
  const { active } = terminal.buffer;
  return Array.from(
    { length: active.length },
    (_, row) => active.getLine(row)?.translateToString(true) ?? '',
  ).filter((line) => line !== '');
}

const size = { columns: 30, rows: 10 };

describe('live lines', () => {
  it('are painted in place', async () => {
    const stream = captureStream(size);
    const lines = createLiveLines(stream);
    lines.update(['kafka starting', 'api waiting']);
    lines.update(['kafka ready', 'api starting']);
    expect(await screen(stream.written(), size)).toEqual(['kafka ready', 'api starting']);
  });

  it('are kept when others follow', async () => {
    const stream = captureStream(size);
    const lines = createLiveLines(stream);
    lines.update(['kafka ready']);
    lines.keep();
    lines.update(['1 message']);
    lines.update(['2 messages']);
    expect(await screen(stream.written(), size)).toEqual(['kafka ready', '2 messages']);
  });

  it('are erased whole even where the terminal echoed ^C before them', async () => {
    const stream = captureStream(size);
    const lines = createLiveLines(stream);
    lines.update(['2 messages']);
    stream.write('^C');
    lines.clear();
    stream.write('Stopping\n');
    expect(await screen(stream.written(), size)).toEqual(['Stopping']);
  });

  it('are cut to the width, so that no line is wrapped', async () => {
    const stream = captureStream(size);
    const lines = createLiveLines(stream);
    lines.update(['x'.repeat(100)]);
    lines.update(['y'.repeat(100)]);
    expect(await screen(stream.written(), size)).toEqual([`${'y'.repeat(28)}…`]);
  });

  it('writes nothing when nothing changed', () => {
    const stream = captureStream(size);
    const lines = createLiveLines(stream);
    lines.update(['same']);
    const before = stream.written();
    lines.update(['same']);
    expect(stream.written()).toBe(before);
  });
});
