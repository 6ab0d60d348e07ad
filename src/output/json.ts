/**
 * What `JSON.stringify` lets through although a terminal may obey it or be misled by it: DEL and C1 controls (U+009B is
 * CSI), line separators, bidirectional controls.
 */
const passedThrough = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff]/g;

/** JSON that is safe to show: the same value to every parser, with no control character in its text. */
export function safeJson(value: unknown, indent?: number): string {
  return escapeControls(JSON.stringify(value, null, indent));
}

/** The same for a text that is JSON already. */
export function escapeControls(json: string): string {
  return json.replace(
    passedThrough,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
