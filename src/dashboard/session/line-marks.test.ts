import { describe, expect, it } from 'vitest';
import { LineMarks } from './line-marks.ts';

describe('line marks', () => {
  it('gives lines back where their marks are, and the rest as it was', () => {
    const marks = new LineMarks();
    const output = `\x1b[2K${marks.mark('one 漢字')}\n${marks.mark('')}\n${marks.mark('\x1b[31mtwo\x1b[39m')}`;
    expect(marks.restore(output)).toBe('\x1b[2Kone 漢字\n\n\x1b[31mtwo\x1b[39m');
  });

  it('keeps the mark of a line that stays, and changes it with the line', () => {
    const marks = new LineMarks();
    expect(marks.mark('same')).toBe(marks.mark('same'));
    expect(marks.mark('same')).not.toBe(marks.mark('other'));
  });

  it('gives a line that comes back after all marks were used a mark of its own', () => {
    const marks = new LineMarks();
    marks.mark('first');
    for (let line = 0; line < 7_000; line++) marks.mark(`line ${line}`);
    expect(marks.restore(marks.mark('first'))).toBe('first');
  });

  it('never shows a line that changes in the place of one that stays', () => {
    const marks = new LineMarks();
    for (let paint = 0; paint < 1_000; paint++) {
      const lines = ['title', ...Array.from({ length: 20 }, (_, row) => `row ${row} of ${paint}`)];
      const output = lines.map((line) => marks.mark(line)).join('\n');
      expect(marks.restore(output)).toBe(lines.join('\n'));
    }
  });

  it('goes on for ever, and in bounded memory', () => {
    const marks = new LineMarks();
    for (let paint = 0; paint < 1_000; paint++) {
      const lines = Array.from({ length: 60 }, (_, row) => `row ${row} of paint ${paint - (row % 3)}`);
      const output = lines.map((line) => marks.mark(line)).join('\n');
      expect(marks.restore(output)).toBe(lines.join('\n'));
    }
  });
});
