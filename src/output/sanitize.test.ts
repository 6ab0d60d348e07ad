import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeJson } from './json.ts';
import { sanitize, sanitizeLines, sanitizeStyled } from './sanitize.ts';

const foreign = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff]|\p{Surrogate}/u;
const blank =
  /[\u00ad\u115f\u1160\u17b4\u17b5\u200b\u2060-\u2065\u3164\uffa0\u{e0000}-\u{e0fff}]|\u034f|[\u180b-\u180f]|[\ufe00-\ufe0e]/u;
/** What shows nothing, and what towers. */
const flooding = new RegExp(
  `${blank.source}|(?:\\u200c|\\u200d){2}|\\p{M}(?:[\\u200c\\u200d]?\\p{M}){3}`,
  'u',
);

/** Text as an attacker writes it: pieces of sequences, broken off and put together in every way. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\x1b',
        '\x1b[',
        '\x9b',
        '\x1b]',
        '\x9d',
        '\x1bP',
        '\x90',
        '\x1b_',
        '\x1b\\',
        '\x07',
        '\x9c',
      ),
      fc.constantFrom(
        '31m',
        '2J',
        '0;title',
        '52;c;',
        '8;;http://x',
        ' q',
        '?25l',
        ';',
        '\x18',
        '\x1a',
        '\u202e',
      ),
      fc.constantFrom(
        '\ud83d',
        '\ude00',
        '😀',
        'é',
        '漢',
        '\u200d',
        '\u3164',
        '\u0301\u0301',
        '\u0301\u0301\u0301\u200d',
        '\u2066',
        '\r',
        '\n',
        '\t',
        '\x7f',
        '\x85',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(''));

describe('sanitize', () => {
  it('lets no control character, bidi control or lone surrogate through, whatever the text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(sanitize(text)).not.toMatch(foreign);
        expect(sanitize(text)).not.toMatch(flooding);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is stable: what is clean stays as it is', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const clean = sanitize(text);
        expect(sanitize(clean)).toBe(clean);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps every other character, in order', () => {
    const harmless = fc
      .string({ unit: 'grapheme' })
      .filter((text) => !foreign.test(text) && !flooding.test(text));
    fc.assert(
      fc.property(harmless, (text) => {
        expect(sanitize(text)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a colour', 'a\x1b[31mb', 'ab'],
    ['a cleared screen', 'a\x1b[2Jb', 'ab'],
    ['a window title (OSC 0)', 'a\x1b]0;owned\x07b', 'ab'],
    ['a link (OSC 8)', '\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\', 'click'],
    ['a clipboard write (OSC 52)', 'a\x1b]52;c;ZXZpbA==\x07b', 'ab'],
    ['a device control string', 'a\x1bP1$r0m\x1b\\b', 'ab'],
    ['an application command', 'a\x1b_Gi=1;AAAA\x1b\\b', 'ab'],
    ['eight-bit forms', 'a\x9b31mb\x9d0;t\x9cc', 'abc'],
    ['a sequence that never ends', 'a\x1b]0;never', 'a'],
    ['an emulator reset', 'a\x1bcb', 'ab'],
    ['reordered text', 'a\u202ebc\u202c', 'abc'],
    ['half an emoji', 'a\ud83db', 'ab'],
    ['a sequence inside a sequence', '\x1b[\x1b[31mx', 'x'],
    ['a line feed and a tab', 'a\nb\tc', 'ab c'],
    ['a tower of marks', `e${'\u0301'.repeat(40)}!`, 'e\u0301\u0301\u0301!'],
    ['what shows nothing', 'a\u{e0000}\u3164\u200d\u200db\u00ad', 'ab'],
  ])('removes %s', (_what, text, clean) => {
    expect(sanitize(text)).toBe(clean);
  });

  it('keeps emoji sequences whole', () => {
    expect(sanitize('👩‍👩‍👧 🏳️‍🌈 ñ 漢字 👍🏽')).toBe('👩‍👩‍👧 🏳️‍🌈 ñ 漢字 👍🏽');
  });

  it('takes time in proportion to the text, even for a text that is made of unfinished sequences', () => {
    const text = '\x1b]'.repeat(200_000);
    expect(sanitize(text)).toBe('');
  });
});

describe('sanitizeLines', () => {
  it('keeps line feeds and tabs, and nothing else that moves the cursor', () => {
    expect(sanitizeLines('a\tb\r\nc\x1b[2Jd\re')).toBe('a\tb\ncde');
  });
});

describe('sanitizeStyled', () => {
  it('lets colours, line feeds and tabs through, whatever the text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(sanitizeStyled(text).replace(/\x1b\[\d{1,3}m|[\n\t]/g, '')).not.toMatch(foreign);
      }),
      { numRuns: 2_000 },
    );
    expect(sanitizeStyled('\x1b[31mred\x1b[39m\n\x1b[2Jtext\x1b]0;t\x07')).toBe('\x1b[31mred\x1b[39m\ntext');
  });
});

describe('safeJson', () => {
  it('parses to the very same value', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(JSON.parse(safeJson({ [text]: [text] }))).toEqual({ [text]: [text] });
      }),
    );
  });

  it('writes no control character, bidi control or lone surrogate', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(safeJson({ text })).not.toMatch(foreign);
      }),
      { numRuns: 2_000 },
    );
  });
});
