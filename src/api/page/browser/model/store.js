import { ChatLog } from './chat-log.js';
import { RateSeries } from './rate-series.js';

/** @import { ChannelView, Health } from '../../../../contract/api.ts' */
/** @import { GapEvent } from '../../../../contract/ingest-event.ts' */

/**
 * @typedef {object} Channel
 * @property {ChannelView} view
 * @property {RateSeries} series
 * @property {number} pending messages counted since the last tick
 * @property {boolean} isFresh heard since the last loss; before, a difference of counts is no rate
 */

/** Gaps that the page remembers, of each channel: all of them have one when Twitch is away. */
const MAX_GAPS = 60;
const RESORT_MS = 5000;
/** By then a healthy API has told of all channels that it knows. */
const TOLD_AFTER_MS = 5000;

/** What the page knows. It takes events in and is read by the views; it knows no clock of its own, nor the document. */
export class Store {
  /** @type {Map<string, Channel>} */
  channels = new Map();
  /** By the channel's name, newest first. @type {Map<string, GapEvent[]>} */
  #gaps = new Map();
  /** @type {Health | undefined} */
  health;
  chat = new ChatLog();
  /** When health was first told since the last loss, by our clock. @type {number | undefined} */
  #healthSince;
  /** What the server's clock is ahead of ours, in ms: a phone may be wrong by minutes. */
  #aheadMs = 0;
  /** @type {string[]} */
  #order = [];
  #sortedAt = 0;

  /** The server's time. @param {number} now ours */
  serverTime(now) {
    return now + this.#aheadMs;
  }

  /** @param {ChannelView} view */
  applyStats(view) {
    const known = this.channels.get(view.channel_id);
    if (known === undefined) {
      this.channels.set(view.channel_id, { view, series: new RateSeries(), pending: 0, isFresh: true });
      return;
    }
    if (known.isFresh) known.pending += newMessages(known.view, view);
    known.view = view;
    known.isFresh = true;
  }

  /** @param {Health} health @param {number} now */
  applyHealth(health, now) {
    this.health = health;
    const ahead = health.timestamp - now;
    this.#aheadMs = Math.abs(ahead) < 2000 ? 0 : ahead;
    this.#healthSince ??= now;
    if (health.status !== 'healthy' || now - this.#healthSince <= TOLD_AFTER_MS) return;
    for (const [id, { isFresh }] of this.channels) if (!isFresh) this.channels.delete(id);
  }

  /** A long gap is told in slices that touch, and any may be told again after a reconnect. @param {GapEvent} gap */
  applyGap(gap) {
    const whole = { ...gap };
    const known = this.#gaps.get(gap.channel_name) ?? [];
    const others = known.filter((other) => {
      if (!isPartOf(other, whole)) return true;
      whole.from = Math.min(whole.from, other.from);
      whole.to = Math.max(whole.to, other.to);
      return false;
    });
    const newest = [whole, ...others].sort((a, b) => b.to - a.to).slice(0, MAX_GAPS);
    this.#gaps.set(gap.channel_name, newest);
  }

  /** The stream was lost: what the counts do until it is back cannot be told by the second. */
  interrupted() {
    this.#healthSince = undefined;
    for (const channel of this.channels.values()) {
      channel.isFresh = false;
      channel.pending = 0;
    }
  }

  /** Once a second: adds what was heard in it to every series. @param {number} now @param {boolean} isLive */
  tick(now, isLive) {
    const second = Math.floor(now / 1000);
    for (const channel of this.channels.values()) {
      const { view, series, pending, isFresh } = channel;
      if (isLive && isFresh) series.push(second, view.messages_per_second, pending);
      else series.push(second, Number.NaN, Number.NaN);
      channel.pending = 0;
    }
  }

  /**
   * Channels whose name holds the filter, the busiest first. The order is kept for a few seconds, and as long as
   * `isHeld`, so that rows do not jump away under a finger.
   * @param {string} filter
   * @param {number} now
   * @param {boolean} isHeld
   */
  list(filter, now, isHeld) {
    const hasNew = this.#order.length !== this.channels.size;
    if (hasNew || (!isHeld && now - this.#sortedAt >= RESORT_MS)) {
      this.#order = [...this.channels.values()].sort(busiestFirst).map(({ view }) => view.channel_id);
      this.#sortedAt = now;
    }
    const wanted = filter.trim().replace(/^#/, '').toLowerCase();
    return this.#order
      .map((id) => this.channels.get(id))
      .filter((channel) => channel !== undefined)
      .filter(({ view }) => view.channel_name.toLowerCase().includes(wanted) || view.channel_id === wanted);
  }

  /** By name or id; names come from the address bar. @param {string} nameOrId */
  find(nameOrId) {
    const lower = nameOrId.toLowerCase();
    for (const channel of this.channels.values()) {
      if (channel.view.channel_name.toLowerCase() === lower) return channel;
    }
    return this.channels.get(nameOrId);
  }

  /** Newest first, of earlier names too. @param {ChannelView} view */
  gapsOf({ channel_id: id, channel_name: name }) {
    const all = [...this.#gaps.values()].flat();
    return all
      .filter((gap) => gap.channel_id === id || gap.channel_name === name)
      .sort((a, b) => b.to - a.to);
  }
}

/** Whether the two of one channel say one interval. @param {GapEvent} a @param {GapEvent} b */
function isPartOf(a, b) {
  return a.reason === b.reason && a.from <= b.to && b.from <= a.to;
}

/** @param {ChannelView} before @param {ChannelView} after */
function newMessages(before, after) {
  const isSameWindow = before.current_window.start === after.current_window.start;
  return Math.max(0, after.message_count - (isSameWindow ? before.message_count : 0));
}

/** @param {Channel} a @param {Channel} b */
function busiestFirst({ view: a }, { view: b }) {
  return (
    b.messages_per_second - a.messages_per_second ||
    b.message_count - a.message_count ||
    (a.channel_name < b.channel_name ? -1 : 1)
  );
}
