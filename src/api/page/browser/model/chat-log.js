/** @import { ChatMessage } from '../../../../contract/chat-message.ts' */

/** A page remembers so many messages; older ones are in the archive. */
export const MAX_SHOWN = 150;

/**
 * @typedef {object} ChatLine
 * @property {number} key counts up
 * @property {ChatMessage} message
 */

/** The live messages of one channel, bounded, in order of arrival. While it is paused, new ones wait out of sight. */
export class ChatLog {
  /** @type {ChatLine[]} */
  #shown = [];
  /** @type {ChatLine[]} */
  #waiting = [];
  #waitingTotal = 0;
  #nextKey = 0;
  #isPaused = false;
  /** @type {Set<string>} */
  #ids = new Set();

  get lines() {
    return this.#shown;
  }

  get isPaused() {
    return this.#isPaused;
  }

  /** How many came since the pause, whether they are still held or not. */
  get waiting() {
    return this.#waitingTotal;
  }

  /** A message that is here already (a stream that resumes, an archive that overlaps) is left out. @param {ChatMessage} message */
  add(message) {
    if (this.#ids.has(message.message_id)) return;
    this.#ids.add(message.message_id);
    const target = this.#isPaused ? this.#waiting : this.#shown;
    target.push({ key: this.#nextKey, message });
    this.#nextKey += 1;
    if (this.#isPaused) this.#waitingTotal += 1;
    this.#trim(target);
  }

  /**
   * Puts what was said before all that is shown in front of it.
   * @param {readonly ChatMessage[]} messages oldest first; those that are here already are left out
   */
  addOlder(messages) {
    const older = messages.filter(({ message_id: id }) => !this.#ids.has(id));
    for (const { message_id: id } of older) this.#ids.add(id);
    this.#shown.unshift(...older.map((message) => ({ key: this.#nextKey++, message })));
    this.#trim(this.#shown);
  }

  pause() {
    this.#isPaused = true;
  }

  resume() {
    this.#isPaused = false;
    this.#shown.push(...this.#waiting);
    this.#waiting = [];
    this.#waitingTotal = 0;
    this.#trim(this.#shown);
  }

  clear() {
    this.#shown = [];
    this.#waiting = [];
    this.#waitingTotal = 0;
    this.#ids.clear();
    this.#isPaused = false;
  }

  /** @param {ChatLine[]} lines */
  #trim(lines) {
    while (lines.length > MAX_SHOWN) {
      const dropped = lines.shift();
      if (dropped !== undefined) this.#ids.delete(dropped.message.message_id);
    }
  }
}
