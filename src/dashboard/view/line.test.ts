import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { cell, plainText, within } from './line.ts';

it.each([
  ['abc', 5, 'abc'],
  ['abcde', 5, 'abcde'],
  ['abcdef', 5, 'abcd…'],
  ['äöüäöü', 5, 'äöüä…'],
  ['äöüäö', 5, 'äöüäö'],
  ['你好世界', 5, '你好…'],
  ['你好世', 6, '你好世'],
  ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3, '👩‍👩‍👧‍👦…'],
  ['', 5, ''],
  ['abc', 0, ''],
  ['é'.repeat(65_536), 5, 'éééé…'],
])('cuts %.20s to %i cells', (text, width, shown) => {
  const piece = within(text, width);
  expect(piece.text).toBe(shown);
  expect(piece.width).toBe(stringWidth(shown));
  expect(plainText([cell(text, width)])).toBe(shown);
});

it('never shows more cells than there is room, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(40), (text, width) => {
      const piece = within(text, width);
      expect(piece.width).toBe(stringWidth(piece.text));
      expect(piece.width).toBeLessThanOrEqual(width);
      expect(cell(text, width).width).toBe(width);
    }),
  );
});
