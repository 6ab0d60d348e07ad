import { ApiFailure } from './api.js';
import { createEventParser } from './event-parser.js';

/** @import { Api } from './api.js' */
/** @import { StreamEvent } from './event-parser.js' */
/** @import { Link } from '../model/link.js' */

/** A server that is silent for so long is gone, whatever the connection says: heartbeats come every 15 s. */
const GIVE_UP_MS = 35_000;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;

/**
 * Follows `api/stream` until it is closed; comes back by itself, with `Last-Event-ID`. Made of fetch rather than
 * EventSource, since that takes no token, tells no status, hides heartbeats, and gives up for good on a 503.
 */
export class EventStream {
  #api;
  #path;
  #onEvent;
  #onChange;
  #closing = new AbortController();
  #attempt = 0;
  #lastEventId = '';
  /** @type {() => void} */
  #wake = () => {};
  /** @type {Link} */
  link = { phase: 'connecting', lastDataAt: 0, reason: null, retryAt: null };

  /**
   * @param {Api} api
   * @param {string} path below `api/`
   * @param {{ onEvent: (event: StreamEvent) => void, onChange?: (link: Link, failure: ApiFailure | undefined) => void }} listeners
   */
  constructor(api, path, { onEvent, onChange = () => {} }) {
    this.#api = api;
    this.#path = path;
    this.#onEvent = onEvent;
    this.#onChange = onChange;
  }

  /** Resolves when it was closed. */
  async run() {
    while (!this.#closing.signal.aborted) {
      const failure = await this.#connect();
      if (this.#closing.signal.aborted) return;
      const delayMs = retryDelay(this.#attempt);
      this.#attempt += 1;
      this.#change({ phase: 'waiting', reason: failure.message, retryAt: Date.now() + delayMs }, failure);
      await this.#sleep(delayMs);
      this.#change({ phase: 'connecting', retryAt: null });
    }
  }

  /** Tries again at once, if it waits. */
  retryNow() {
    this.#attempt = 0;
    this.#wake();
  }

  close() {
    this.#closing.abort();
    this.#wake();
  }

  /** @returns {Promise<ApiFailure>} why it ended */
  async #connect() {
    const silence = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, silence.signal]);
    let timer = setTimeout(() => silence.abort(), GIVE_UP_MS);
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), GIVE_UP_MS);
      this.link.lastDataAt = Date.now();
    };
    try {
      /** @type {Record<string, string>} */
      const headers = this.#lastEventId === '' ? {} : { 'last-event-id': this.#lastEventId };
      const { body } = await this.#api.get(this.#path, { signal, headers });
      if (body === null) return new ApiFailure('The stream is empty.', 200);
      heard();
      this.#attempt = 0;
      this.#change({ phase: 'open', reason: null, retryAt: null });
      await this.#read(body, heard);
      return new ApiFailure('The API has closed the stream.', 200);
    } catch (error) {
      if (error instanceof ApiFailure) return error;
      if (silence.signal.aborted) return new ApiFailure('The API fell silent.', 0);
      return new ApiFailure('The connection was lost.', 0);
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
  }

  /** @param {ReadableStream<Uint8Array>} body @param {() => void} heard */
  async #read(body, heard) {
    const parse = createEventParser((event) => {
      if (event.id !== '') this.#lastEventId = event.id;
      this.#onEvent(event);
    });
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      parse(decoder.decode(value, { stream: true }));
    }
  }

  /** @param {Partial<Link>} change @param {ApiFailure} [failure] */
  #change(change, failure) {
    this.link = { ...this.link, ...change };
    this.#onChange(this.link, failure);
  }

  /** @param {number} ms @returns {Promise<void>} */
  #sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Doubles up to ten seconds, with jitter, so that pages do not come back all at once. @param {number} attempt */
function retryDelay(attempt) {
  const ceiling = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
  return ceiling * (0.75 + Math.random() * 0.25);
}
