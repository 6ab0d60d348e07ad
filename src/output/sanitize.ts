/**
 * Chat is hostile text. Escape sequences of every kind: CSI; OSC, DCS, SOS, PM and APC up to their terminator (or to
 * the end of the text); two-byte ESC sequences, and the C1 forms of the same (ECMA-48).
 */
const escapeSequences = [
  '(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]?',
  '(?:\\x1b[\\]PX^_]|[\\x9d\\x90\\x98\\x9e\\x9f])[\\s\\S]*?(?:\\x07|\\x1b\\\\|\\x9c|$)',
  '\\x1b[ -/]*[0-~]?',
].join('|');

/**
 * C0, DEL and C1 control characters; bidirectional controls (UAX #9); line and paragraph separators; invisible operators
 * and tags; lone surrogates.
 */
const controls =
  '[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\u{e0000}-\\u{e0fff}]|\\p{Surrogate}';

const unsafe = new RegExp(`${escapeSequences}|${controls}`, 'gu');
/** Signs that show nothing: blank letters, soft hyphens, selectors of forms that no terminal has. */
const blank = '\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u3164\\ufe00-\\ufe0e\\uffa0';
/** One joiner belongs between two signs (emoji, Arabic, Indic); several hide something. */
const hidden = new RegExp(`[${blank}\\u200c\\u200d]{2,}|[${blank}]`, 'gu');
/** More than three combining marks on one letter paint over the lines around, with joiners between them too. */
const markFlood = /(\p{M}(?:[\u200c\u200d]?\p{M}){2})[\p{M}\u200c\u200d]+/gu;
const printableAscii = /^[ -~]*$/;

/**
 * Makes text safe for a terminal: one line, no control bytes, nothing that moves the cursor, sets the title, writes
 * the clipboard, reorders text, hides in it or towers over it. Every human exit (dashboard, tables, logs, errors, window
 * title) goes through here; JSON escapes instead. A tab becomes a space.
 */
export function sanitize(text: string): string {
  if (printableAscii.test(text)) return text;
  return text.replaceAll('\t', ' ').replace(unsafe, '').replace(hidden, '').replace(markFlood, '$1');
}

/**
 * The belt around {@link sanitize}, for whole lines that are ours and carry our colours: lets line feeds, tabs and
 * colours as chalk writes them (one parameter) through and nothing else.
 */
export function sanitizeStyled(text: string): string {
  return text
    .split(/(\x1b\[\d{1,3}m|[\n\t])/)
    .map((part, index) => (index % 2 === 1 ? part : sanitize(part)))
    .join('');
}

/** {@link sanitize} for text that may have several lines, such as the end of a log: line feeds and tabs stay. */
export function sanitizeLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.split('\t').map(sanitize).join('\t'))
    .join('\n');
}
