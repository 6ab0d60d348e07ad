import { actionOf } from '../model/keys.js';

/** @import { Action } from '../model/keys.js' */

/** Calls the action that a key asks for. @param {Readonly<Record<Action, () => void>>} actions */
export function listenToKeys(actions) {
  addEventListener('keydown', (event) => {
    const target = event.target;
    const isTyping = target instanceof HTMLInputElement;
    const isModal = document.querySelector('dialog[open]') !== null;
    const action = actionOf(event, isTyping);
    if (action === undefined || (isModal && action !== 'help')) return;
    event.preventDefault();
    actions[action]();
  });
}
