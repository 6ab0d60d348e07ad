/**
 * @typedef {'help' | 'filter' | 'next' | 'previous' | 'back' | 'pause'} Action
 */

/** What the help shows, in this order. @type {readonly (readonly [string, string])[]} */
export const shortcuts = [
  ['j  k', 'next, previous channel'],
  ['Enter', 'open the channel'],
  ['/', 'filter channels'],
  ['p', 'pause or resume the chat'],
  ['Esc', 'close, clear the filter, back to the list'],
  ['?', 'these keys'],
];

/** @type {Readonly<Record<string, Action>>} */
const actions = { '?': 'help', '/': 'filter', j: 'next', k: 'previous', p: 'pause', Escape: 'back' };

/**
 * What a key asks for. While text is typed only Escape is ours, and combinations are the browser's.
 * @param {{ key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean }} event
 * @param {boolean} isTyping
 * @returns {Action | undefined}
 */
export function actionOf({ key, ctrlKey, metaKey, altKey }, isTyping) {
  if (ctrlKey || metaKey || altKey) return undefined;
  if (isTyping && key !== 'Escape') return undefined;
  return Object.hasOwn(actions, key) ? actions[key] : undefined;
}
