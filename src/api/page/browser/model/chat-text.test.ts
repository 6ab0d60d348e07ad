import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hueOf, splitEmotes, visibleName, visibleText } from './chat-text.js';

/** Any code points, lone surrogates too; much quicker to make than fast-check's binary strings. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 40 })
  .map((points) => String.fromCodePoint(...points));

describe('chat text', () => {
  it('leaves plain chat and emoji as they are', () => {
    const family = '👨‍👩‍👧 hi ❤️ नमस्ते مرحبا';
    expect(visibleText('Hello Kappa <3')).toBe('Hello Kappa <3');
    expect(visibleText(family)).toBe(family);
  });

  it('takes out what reorders, hides or floods', () => {
    expect(visibleText('a\u202egnp.exe\u2066b')).toBe('agnp.exeb');
    expect(visibleText(`x${'\u200b'.repeat(400)}y${'\u200d'.repeat(9)}z`)).toBe('xyz');
    expect(visibleText('one\ntwo\u0000\u001b[31m')).toBe('one two[31m');
    expect(visibleText(`dup \u{e0000}`)).toBe('dup ');
    expect(visibleText(`Z${'\u0335'.repeat(50)}a`)).toBe(`Z${'\u0335'.repeat(3)}a`);
  });

  it('is bounded and holds no control, whatever comes', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, times) => {
        const shown = visibleText(text.repeat(times));
        expect(Array.from(shown).length).toBeLessThanOrEqual(601);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(shown).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });

  it('gives a name that shows nothing its stand-in', () => {
    expect(visibleName('\u202e\u2066', '123')).toBe('123');
    expect(visibleName('someone', '123')).toBe('someone');
    expect(visibleName('x'.repeat(99), '123')).toBe(`${'x'.repeat(60)}…`);
  });

  it('cuts a message at its emotes, whole words only, and loses nothing', () => {
    expect(splitEmotes('Kappa hi Kappas  Kappa', ['Kappa'])).toEqual([
      { text: 'Kappa', isEmote: true },
      { text: ' hi Kappas  ', isEmote: false },
      { text: 'Kappa', isEmote: true },
    ]);
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (text, emotes) => {
        const parts = splitEmotes(text, emotes);
        expect(parts.map((part) => part.text).join('')).toBe(text);
      }),
    );
  });

  it('keeps the hue of a user', () => {
    expect(hueOf('10203040')).toBe(hueOf('10203040'));
    fc.assert(fc.property(fc.string(), (id) => hueOf(id) >= 0 && hueOf(id) < 360));
  });
});
