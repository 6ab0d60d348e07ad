import type { Seeded } from './seeded.ts';

/** Text as an attacker writes it into chat: escape sequences of every kind, whole and broken off, among ordinary text. */
export function hostileText(random: Seeded): string {
  return Array.from({ length: 1 + random.integer(6) }, () => random.pick(random.pick(kinds))).join('');
}

/**
 * What is left of terminal output when all that is ours is taken away: colours as we use them, what the dashboard and
 * Ink write, line ends and tabs. A control character in it is foreign.
 */
export function withoutOwnSequences(written: string): string {
  return written.replace(ownSequences, '').replace(/\r?\n|\t/g, '');
}

/** Control characters, bidirectional controls, line separators, lone surrogates. */
export const foreign =
  /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff]|\p{Surrogate}/u;

type Some = readonly [string, ...string[]];

const introducers: Some = [
  ...(['\x1b[', '\x9b', '\x1b]', '\x9d', '\x1bP', '\x90', '\x1b_', '\x9f'] as const),
  ...(['\x1b^', '\x9e', '\x1bX', '\x98', '\x1b', '\x1b(', '\x1b#'] as const),
];
/** None of them is a sequence that we write ourselves, so that the two can be told apart. */
const bodies: Some = [
  ...(['5;41m', '3J', '9;9H', '?47h', '?1004h', '6n', '0c', '0;owned', '2;owned', '52;c;b3duZWQ='] as const),
  ...(['8;;http://evil', '>q', 'c', '8', '1000;1000H', '1337;File=x:'] as const),
];
const ends: Some = ['\x07', '\x1b\\', '\x9c', ''];
const words: Some = ['hello', 'Kappa', 'PogChamp', '漢字', 'naïve', '😂', '👩‍👩‍👧', 'مرحبا', 'ᚠᛇᚻ', 'é', ' '];
const oddities: Some = [
  ...([
    '\x00',
    '\x07',
    '\x08',
    '\x7f',
    '\x85',
    '\x0b',
    '\x0c',
    '\x0e',
    '\x18',
    '\x1a',
    '\r',
    '\n',
    '\t',
  ] as const),
  ...(['\u202e', '\u2066', '\u200f', '\u2028', '\ufeff', '\ud83d', '\ude00'] as const),
];
const keys: Some = ['__proto__', 'constructor', '{{message}}', '%s%n', "'; DROP TABLE", '$(reboot)', '`id`'];
const [first, ...others] = introducers.flatMap((introducer) =>
  bodies.flatMap((body) => ends.map((end) => `${introducer}${body}${end}`)),
);
const sequences: Some = [first ?? '', ...others];
const kinds: readonly [Some, ...Some[]] = [sequences, sequences, words, words, oddities, keys, introducers];

const ownSequences =
  /\x1b\[(?:(?:1|2|7|22|27|3[1-6]|39|90)m|\?(?:7|1049|25|2026)[hl]|2J|H|\d*[AG]|[02]?[JK])/g;
