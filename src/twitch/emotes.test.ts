import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emoteCodes } from './emotes.ts';

it('gives every occurrence in the order of the text, not of the tag', () => {
  expect(emoteCodes('Keepo Kappa Keepo', '25:6-10/1902:0-4,12-16')).toEqual(['Keepo', 'Kappa', 'Keepo']);
});

it('counts code points: an emoji before an emote is one', () => {
  expect(emoteCodes('😂👩‍🚀 Kappa', '25:5-9')).toEqual(['Kappa']);
});

it.each([
  ['Kappa', '25:0-99', ['Kappa']],
  ['Kappa', '25:9-13', []],
  ['Kappa', '25:4-0', []],
  ['foo bar', '84608:0-15', []],
  ['Kappa', '25:04', []],
  ['Kappa', 'emotesv2_x:0-4', ['Kappa']],
  ['Kappa', '25:-1-4', []],
  ['', '25:0-4', []],
])('clamps or leaves out: %j with %j gives %j', (text, tag, codes) => {
  expect(emoteCodes(text, tag)).toEqual(codes);
});

it('stops at a hundred', () => {
  const text = Array.from({ length: 150 }, () => 'LUL').join(' ');
  const places = Array.from({ length: 150 }, (_, index) => `${index * 4}-${index * 4 + 2}`).join(',');
  expect(emoteCodes(text, `425618:${places}`)).toHaveLength(100);
});

it('leaves out what is too long for a code', () => {
  const text = 'x'.repeat(300);
  expect(emoteCodes(text, '25:0-299,0-256,0-255')).toEqual([text.slice(0, 256)]);
});

it('never throws and never gives white space, whatever the tag says', () => {
  const tag = fc.string({ unit: fc.constantFrom('1', '0', '9', '-', ',', '/', ':', 'x') });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), tag, (text, emotes) => {
      for (const code of emoteCodes(text, emotes)) expect(code).toMatch(/^\S+$/u);
    }),
  );
});
