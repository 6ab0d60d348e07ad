import { liveWindow, MAX_WINDOWS, windowsToShow } from './model/history.js';
import { fetchMessages, fetchWindows } from './net/archive.js';
import { decode } from './net/decode.js';
import { EventStream } from './net/event-stream.js';

/** @import { ChannelView } from '../../../contract/api.ts' */
/** @import { PastWindow } from './model/history.js' */
/** @import { Channel, Store } from './model/store.js' */
/** @import { Api } from './net/api.js' */

/** Messages to begin with, from the archive. */
const BACKLOG = 50;
const USER_MESSAGES = 100;
/** A window that has just ended may still be on its way to the archive. */
const SETTLE_MS = 3000;

/** The chosen channel: its past windows and its chat, which are asked for only while it is chosen. */
export class Selection {
  #api;
  #store;
  #onChange;
  /** @type {Channel | undefined} */
  #channel;
  /** @type {PastWindow[]} */
  #archived = [];
  /** The live window as it was seen last. @type {PastWindow | undefined} */
  #live;
  /** The one before it, which the archive may not have yet as it ended. @type {PastWindow | undefined} */
  #ended;
  /** As health said last. @type {string | undefined} */
  #archiveState;
  #leaving = new AbortController();
  /** @type {EventStream | undefined} */
  #chat;
  windowsNote = '';
  chatNote = '';

  /** @param {Api} api @param {Store} store @param {() => void} onChange */
  constructor(api, store, onChange) {
    this.#api = api;
    this.#store = store;
    this.#onChange = onChange;
    document.addEventListener('visibilitychange', () => this.#followChat());
  }

  /**
   * Makes the wanted channel the chosen one; without a wish the one chosen before stays while it is known, else the fallback.
   * @param {string} wanted name or id; empty without a wish
   * @param {Channel | undefined} fallback
   */
  choose(wanted, fallback) {
    const before = this.#store.channels.get(this.#channel?.view.channel_id ?? '');
    const next = wanted === '' ? fallback && (before ?? fallback) : this.#store.find(wanted);
    if (next?.view.channel_id !== this.#channel?.view.channel_id) this.#enter(next);
    this.#watchWindow();
    this.#watchArchive();
    return next;
  }

  /** The stream is back, or the archive: it may know what was missed. */
  refresh() {
    if (this.#channel === undefined) return;
    void this.#loadWindows(0);
    if (this.chatNote !== '') void this.#loadBacklog(this.#channel.view.channel_id);
  }

  get chat() {
    return this.#store.chat;
  }

  /** @param {boolean} isPaused */
  pause(isPaused) {
    if (isPaused) this.#store.chat.pause();
    else this.#store.chat.resume();
    this.#onChange();
  }

  /** @param {ChannelView} view */
  windows(view) {
    return windowsToShow(this.#ended === undefined ? this.#archived : [...this.#archived, this.#ended], view);
  }

  /** @param {ChannelView} view */
  gaps(view) {
    return this.#store.gapsOf(view);
  }

  /** The last messages of a user here, newest first. @param {string} userId @param {AbortSignal} signal */
  async userMessages(userId, signal) {
    const channelId = this.#channel?.view.channel_id ?? '';
    return fetchMessages(this.#api, { channelId, userId, limit: USER_MESSAGES }, signal);
  }

  /** @param {Channel | undefined} channel */
  #enter(channel) {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.#chat?.close();
    this.#chat = undefined;
    this.#store.chat.clear();
    this.#archived = [];
    this.windowsNote = '';
    this.chatNote = '';
    this.#channel = channel;
    this.#live = channel && liveWindow(channel.view);
    this.#ended = undefined;
    if (channel === undefined) return;
    void this.#loadWindows(0);
    const { signal } = this.#leaving;
    void this.#loadBacklog(channel.view.channel_id).then(() => {
      if (!signal.aborted) this.#followChat();
    });
  }

  /** What the archive could not tell while it was away it is asked again. */
  #watchArchive() {
    const before = this.#archiveState;
    this.#archiveState = this.#store.health?.services.cassandra;
    if (before === 'disconnected' && this.#archiveState === 'connected') this.refresh();
  }

  /** When a new window begins, the old one belongs to the past. */
  #watchWindow() {
    const before = this.#live;
    this.#live = this.#channel && liveWindow(this.#channel.view);
    if (this.#live?.start === before?.start) return;
    this.#ended = before;
    void this.#loadWindows(SETTLE_MS);
  }

  /** @param {number} delayMs */
  async #loadWindows(delayMs) {
    const { signal } = this.#leaving;
    const channelId = this.#channel?.view.channel_id;
    if (channelId === undefined) return;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    try {
      const windows = await fetchWindows(this.#api, channelId, MAX_WINDOWS, signal);
      if (signal.aborted) return;
      this.#archived = windows;
      this.windowsNote = '';
    } catch {
      if (signal.aborted) return;
      this.windowsNote = 'The archive is away: past windows are missing.';
    }
    this.#onChange();
  }

  /** @param {string} channelId */
  async #loadBacklog(channelId) {
    const { signal } = this.#leaving;
    try {
      const messages = await fetchMessages(this.#api, { channelId, limit: BACKLOG }, signal);
      if (signal.aborted) return;
      this.#store.chat.addOlder([...messages].reverse());
      this.chatNote = '';
    } catch {
      if (!signal.aborted) this.chatNote = 'Live from now on; the archive is away.';
    }
    this.#onChange();
  }

  /** Chat flows only into a page that is seen. */
  #followChat() {
    const channelId = this.#channel?.view.channel_id;
    const isWanted = channelId !== undefined && document.visibilityState === 'visible';
    if (!isWanted) {
      this.#chat?.close();
      this.#chat = undefined;
      return;
    }
    if (this.#chat !== undefined) return;
    const path = `stream?events=message&channel=${encodeURIComponent(channelId)}`;
    this.#chat = new EventStream(this.#api, path, {
      onEvent: (event) => {
        const decoded = decode(event);
        if (decoded?.type !== 'message' || decoded.message.channel_id !== this.#channel?.view.channel_id)
          return;
        this.#store.chat.add(decoded.message);
        this.#onChange();
      },
    });
    void this.#chat.run();
  }
}
