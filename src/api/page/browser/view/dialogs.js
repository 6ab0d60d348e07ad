import { visibleName } from '../model/chat-text.js';
import { shortcuts } from '../model/keys.js';
import { chatLine } from './chat-view.js';
import { byId, h, setText } from './dom.js';

/** @import { ChatMessage } from '../../../../contract/chat-message.ts' */

/** The keys, opened with `?`. @returns {() => void} */
export function createHelp() {
  const dialog = byId('help', HTMLDialogElement);
  byId('help-keys', HTMLElement).append(
    ...shortcuts.map(([keys, words]) => h('div', {}, h('dt', {}, ...keycaps(keys)), h('dd', {}, words))),
  );
  const open = () => {
    if (dialog.open) dialog.close();
    else dialog.showModal();
  };
  byId('help-button', HTMLButtonElement).addEventListener('click', open);
  return open;
}

/** Asks for the API's token. @param {(token: string) => void} onToken @returns {() => void} */
export function createTokenDialog(onToken) {
  const dialog = byId('token', HTMLDialogElement);
  const input = byId('token-input', HTMLInputElement);
  byId('token-form', HTMLFormElement).addEventListener('submit', () => {
    onToken(input.value.trim());
    input.value = '';
  });
  return () => {
    if (!dialog.open) dialog.showModal();
  };
}

/**
 * The last messages of one user.
 * @param {(userId: string, signal: AbortSignal) => Promise<readonly ChatMessage[]>} load newest first
 * @returns {(userId: string, username: string) => Promise<void>}
 */
export function createUserDialog(load) {
  const dialog = byId('user', HTMLDialogElement);
  const name = byId('user-name', HTMLElement);
  const note = byId('user-note', HTMLElement);
  const lines = byId('user-lines', HTMLElement);
  let loading = new AbortController();
  dialog.addEventListener('close', () => loading.abort());

  return async (userId, username) => {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    lines.replaceChildren();
    setText(name, visibleName(username, userId));
    setText(note, 'Looking into the archive…');
    dialog.showModal();
    try {
      const messages = await load(userId, signal);
      if (signal.aborted) return;
      lines.append(...messages.map(chatLine));
      setText(
        note,
        messages.length === 0 ? 'Nothing of theirs is in the archive yet.' : 'Newest first, from the archive',
      );
    } catch (error) {
      if (!signal.aborted)
        setText(note, error instanceof Error ? error.message : 'The archive cannot answer.');
    }
  };
}

/** @param {string} keys */
function keycaps(keys) {
  return keys
    .split(/ +/)
    .flatMap((key, index) => (index === 0 ? [h('kbd', {}, key)] : [' ', h('kbd', {}, key)]));
}
