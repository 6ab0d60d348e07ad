import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderTable } from './table.ts';

describe('renderTable', () => {
  it('aligns columns by what a terminal shows, without borders', () => {
    const rows = [
      { name: 'forsen', count: 7 },
      { name: '漢字', count: 1234 },
    ];
    const table = renderTable(
      [
        { title: 'CHANNEL', value: (row) => row.name },
        { title: 'COUNT', align: 'right', value: (row) => row.count },
      ],
      rows,
    );
    const lines = table.split('\n');
    expect(lines[0]).toBe('CHANNEL  COUNT');
    expect(lines.map((line) => stringWidth(line))).toEqual([14, 14, 14]);
  });

  it('sanitizes every cell, and keeps a row on one line', () => {
    const table = renderTable([{ title: 'MESSAGE', value: (text: string) => text }], ['a\x1b[2J\nb']);
    expect(table).toBe('MESSAGE\nab');
  });
});
