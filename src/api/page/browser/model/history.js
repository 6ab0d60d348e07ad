/** @import { ChannelView } from '../../../../contract/api.ts' */

/**
 * @typedef {object} PastWindow
 * @property {number} start
 * @property {number} end
 * @property {number} count
 * @property {number | null} coverage
 */

export const MAX_WINDOWS = 48;

/** @param {ChannelView} view @returns {PastWindow} */
export function liveWindow({ current_window: { start, end }, message_count: count, coverage }) {
  return { start, end, count, coverage };
}

/**
 * The bars to show, oldest first: what the archive knows, and the live window, which is newer than its row there. Windows
 * without a row in between had no message, or nobody listened: they are bars of nothing, so that time stays even.
 * @param {readonly PastWindow[]} archived in any order; of two of one window the fuller one is the newer
 * @param {ChannelView} view
 * @returns {PastWindow[]}
 */
export function windowsToShow(archived, view) {
  const live = liveWindow(view);
  const { start, end } = live;
  /** @type {Map<number, PastWindow>} */
  const byStart = new Map();
  for (const window of archived) {
    const known = byStart.get(window.start);
    if (known === undefined || window.count > known.count) byStart.set(window.start, window);
  }
  byStart.set(start, live);
  const lengthMs = end - start;
  const oldest = Math.max(Math.min(...byStart.keys()), start - (MAX_WINDOWS - 1) * lengthMs);
  /** @type {PastWindow[]} */
  const windows = [];
  for (let at = start; at >= oldest && lengthMs > 0; at -= lengthMs) {
    windows.unshift(byStart.get(at) ?? { start: at, end: at + lengthMs, count: 0, coverage: null });
  }
  return windows;
}
