import { SILENT_AFTER_MS } from './model/link.js';
import { decode } from './net/decode.js';
import { EventStream } from './net/event-stream.js';

/** @import { Store } from './model/store.js' */
/** @import { Api } from './net/api.js' */
/** @import { StreamEvent } from './net/event-parser.js' */

/**
 * A page that nobody has looked at for so long lets go of its connections: a browser gives one host six of them, and
 * six forgotten tabs would lock out the seventh.
 */
const SLEEP_AFTER_MS = 60_000;

/** What flows into the store: stats, gaps and health of all channels, and a tick a second. */
export class Feed {
  #store;
  #api;
  #listeners;
  /** @type {EventStream} */
  #stream;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #sleepTimer;
  #isAsleep = false;

  /**
   * @param {Api} api
   * @param {Store} store
   * @param {{ onChange: () => void, onConnected: () => void, onTokenNeeded: () => void }} listeners
   */
  constructor(api, store, listeners) {
    this.#api = api;
    this.#store = store;
    this.#listeners = listeners;
    this.#stream = this.#open();
  }

  get link() {
    return this.#stream.link;
  }

  start() {
    void this.#stream.run();
    setInterval(() => this.#tick(), 1000);
    document.addEventListener('visibilitychange', () => this.#onVisibility());
    addEventListener('online', () => this.retryNow());
  }

  retryNow() {
    this.#stream.retryNow();
  }

  #open() {
    return new EventStream(this.#api, 'stream?events=stats,gap,health', {
      onEvent: (event) => this.#take(event),
      onChange: ({ phase }, failure) => {
        if (phase === 'waiting') this.#store.interrupted();
        if (phase === 'open') this.#listeners.onConnected();
        if (failure?.status === 401) this.#listeners.onTokenNeeded();
        this.#listeners.onChange();
      },
    });
  }

  /** @param {StreamEvent} event */
  #take(event) {
    const decoded = decode(event);
    if (decoded?.type === 'stats') this.#store.applyStats(decoded.view);
    else if (decoded?.type === 'health') this.#store.applyHealth(decoded.health, Date.now());
    else if (decoded?.type === 'gap') this.#store.applyGap(decoded.gap);
    this.#listeners.onChange();
  }

  #tick() {
    const { phase, lastDataAt } = this.link;
    const now = Date.now();
    this.#store.tick(now, phase === 'open' && now - lastDataAt < SILENT_AFTER_MS);
    this.#listeners.onChange();
  }

  #onVisibility() {
    clearTimeout(this.#sleepTimer);
    if (document.visibilityState === 'hidden') {
      this.#sleepTimer = setTimeout(() => {
        this.#isAsleep = true;
        this.#stream.close();
        this.#store.interrupted();
      }, SLEEP_AFTER_MS);
    } else if (this.#isAsleep) {
      this.#isAsleep = false;
      this.#stream = this.#open();
      void this.#stream.run();
    }
  }
}
