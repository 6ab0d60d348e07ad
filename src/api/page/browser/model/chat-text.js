/** Longer messages are cut: Twitch allows 500 characters, an archive may hold anything. In code points. */
const MAX_LENGTH = 600;
/** Twitch's names have at most 25 characters, in other producers' channels they may be anything. In code points. */
const MAX_NAME = 60;
/** So many combining marks may sit on one letter; more of them paint over the lines around. */
const MAX_MARKS = 3;

/** Controls (C0, DEL, C1), bidirectional controls (UAX #9), line and paragraph separators, lone surrogates, fillers. */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu;
/** A joiner belongs between two signs (emoji, Arabic, Indic); a flood of invisible signs does not. */
const invisibleFlood = new RegExp(
  `[${['00ad', '034f', '115f', '1160', '17b4', '17b5', '200b', '3164', 'ffa0'].map((code) => `\\u{${code}}`).join('')}\\u{180b}-\\u{180f}\\u{fe00}-\\u{fe0e}]+|\\u200c{2,}|\\u200d{2,}`,
  'gu',
);
const markFlood = new RegExp(
  `(\\p{M}(?:[\\u200c\\u200d]?\\p{M}){${MAX_MARKS - 1}})[\\p{M}\\u200c\\u200d]+`,
  'gu',
);
const printableAscii = /^[ -~]*$/;

/**
 * Chat as it may be shown: one line, nothing that reorders or hides the text around it, no towers of marks, bounded.
 * It is text all the same and goes into the page by `textContent` alone.
 * @param {string} text
 */
export function visibleText(text) {
  const safe = printableAscii.test(text)
    ? text
    : text
        .replace(/[\t\n\r]+/g, ' ')
        .replace(unsafe, '')
        .replace(invisibleFlood, '')
        .replace(markFlood, '$1');
  if (safe.length <= MAX_LENGTH) return safe;
  const points = Array.from(safe);
  return points.length <= MAX_LENGTH ? safe : `${points.slice(0, MAX_LENGTH).join('')}…`;
}

/** A name as it may be shown: bounded, and its stand-in where it shows nothing. @param {string} name @param {string} standIn */
export function visibleName(name, standIn) {
  const shown = visibleText(name).trim();
  const points = Array.from(shown === '' ? visibleText(standIn) : shown);
  return points.length <= MAX_NAME ? points.join('') : `${points.slice(0, MAX_NAME).join('')}…`;
}

/**
 * @typedef {object} TextPart
 * @property {string} text
 * @property {boolean} isEmote
 */

/**
 * A message cut at the emotes that it holds. Emotes are words of their own.
 * @param {string} text
 * @param {readonly string[]} emotes
 * @returns {TextPart[]}
 */
export function splitEmotes(text, emotes) {
  const codes = new Set(emotes);
  /** @type {TextPart[]} */
  const parts = [];
  for (const word of text.split(/( +)/)) {
    const isEmote = codes.has(word);
    const last = parts.at(-1);
    if (isEmote || last === undefined || last.isEmote) parts.push({ text: word, isEmote });
    else last.text += word;
  }
  return parts.filter((part) => part.text !== '');
}

/** A hue (0–359) that stays the same for the same user. @param {string} userId */
export function hueOf(userId) {
  let hash = 0;
  for (const sign of userId) hash = (hash * 31 + (sign.codePointAt(0) ?? 0)) % 100_003;
  return (hash * 137) % 360;
}
