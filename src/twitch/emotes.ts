import { MAX_EMOTES, MAX_NAME } from '../contract/chat-message.ts';

interface Place {
  readonly from: number;
  readonly to: number;
}

const surrogate = /[\ud800-\udfff]/;

/**
 * The emote codes of a message as written, one an occurrence, in the order of the text, at most {@link MAX_EMOTES}.
 *
 * The tag is `id:from-to,from-to/id:from-to`; offsets count code points, both ends inclusive, and may lie outside the
 * text: an end behind the text is clamped, and what then is no single word of up to {@link MAX_NAME} is left out. Never throws.
 */
export function emoteCodes(text: string, tag: string): string[] {
  if (tag === '') return [];
  const places = parsePlaces(tag).sort((a, b) => a.from - b.from);
  const points = surrogate.test(text) ? Array.from(text) : undefined;
  const codes: string[] = [];
  for (const { from, to } of places) {
    const code = points === undefined ? text.slice(from, to + 1) : points.slice(from, to + 1).join('');
    if (code === '' || code.length > MAX_NAME || /\s/u.test(code)) continue;
    codes.push(code);
    if (codes.length === MAX_EMOTES) break;
  }
  return codes;
}

function parsePlaces(tag: string): Place[] {
  const places: Place[] = [];
  for (const emote of tag.split('/')) {
    const colon = emote.indexOf(':');
    if (colon === -1) continue;
    for (const range of emote.slice(colon + 1).split(',')) {
      const match = /^(\d{1,6})-(\d{1,6})$/.exec(range);
      if (match === null) continue;
      places.push({ from: Number(match[1]), to: Number(match[2]) });
    }
  }
  return places;
}
