import { hueOf, splitEmotes, visibleName, visibleText } from '../model/chat-text.js';
import { formatClockSeconds, formatCount } from '../model/format.js';
import { byId, h, keyed, setAttribute, setText } from './dom.js';

/** @import { ChatMessage } from '../../../../contract/chat-message.ts' */
/** @import { ChatLog } from '../model/chat-log.js' */

/** How far from the end still counts as the end, in pixels. */
const END_PX = 40;

/**
 * The live messages. Scrolling up pauses, as on Twitch; so do the button and the key.
 * @param {(isPaused: boolean) => void} onPause
 */
export function createChatView(onPause) {
  const list = byId('chat-lines', HTMLElement);
  const button = byId('chat-pause', HTMLButtonElement);
  const resume = byId('chat-resume', HTMLButtonElement);
  const note = byId('chat-note', HTMLElement);
  let lastTop = 0;

  button.addEventListener('click', () => onPause(button.getAttribute('aria-pressed') !== 'true'));
  resume.addEventListener('click', () => {
    onPause(false);
    list.focus();
  });
  list.addEventListener('scroll', () => {
    const isUp = list.scrollTop < lastTop - 4;
    const isAtEnd = list.scrollHeight - list.clientHeight - list.scrollTop < END_PX;
    lastTop = list.scrollTop;
    if (isUp && !isAtEnd) onPause(true);
  });

  /** @param {ChatLog} chat @param {string} words */
  return (chat, words) => {
    setAttribute(button, 'aria-pressed', String(chat.isPaused));
    setText(button, chat.isPaused ? 'Resume' : 'Pause');
    resume.hidden = chat.waiting === 0;
    setText(resume, `${formatCount(chat.waiting)} new ↓`);
    setText(note, words);
    keyed(list, chat.lines, { key: ({ key }) => String(key), create: ({ message }) => chatLine(message) });
    if (chat.isPaused) return;
    list.scrollTop = list.scrollHeight;
    lastTop = list.scrollTop;
  };
}

/** A message as a line: everything that comes from chat is text. @param {ChatMessage} message */
export function chatLine(message) {
  const name = h('bdi', { class: 'chat-name' }, visibleName(message.username, message.user_id));
  name.style.setProperty('--hue', String(hueOf(message.user_id)));
  const text = h('bdi', { class: 'chat-text' });
  for (const { text: part, isEmote } of splitEmotes(visibleText(message.message), message.emotes)) {
    text.append(isEmote ? h('span', { class: 'emote' }, part) : part);
  }
  return h(
    'li',
    { class: 'chat-line' },
    h('time', { class: 'chat-time' }, formatClockSeconds(message.timestamp)),
    name,
    text,
  );
}
