import { formatClock, formatCount, formatShare } from '../model/format.js';
import { byId, h, keyed, setAttribute, setProperty, setText } from './dom.js';

/** @import { ChannelView } from '../../../../contract/api.ts' */
/** @import { PastWindow } from '../model/history.js' */

/** The newest window and those before it, as bars; a hatched one was not heard in full. */
export function createWindowBars() {
  const list = byId('window-bars', HTMLElement);
  const note = byId('windows-note', HTMLElement);
  let shown = '';

  /** @param {ChannelView} view @param {readonly PastWindow[]} windows oldest first, the newest is the view's @param {string} words */
  return (view, windows, words) => {
    const max = Math.max(1, ...windows.map((window) => window.count));
    setText(note, words);
    keyed(list, windows, {
      key: ({ start }) => `${view.channel_id} ${start}`,
      create: createBar,
      update: (bar, window) => updateBar(bar, window, max, window.start === view.current_window.start),
    });
    // The newest is at the right end; a list that has grown may have pushed it out of sight.
    const grown = `${view.channel_id} ${windows.length}`;
    if (grown !== shown) list.scrollLeft = list.scrollWidth;
    shown = grown;
  };
}

function createBar() {
  return h(
    'li',
    { class: 'window-bar' },
    h('div', { class: 'window-bar-fill' }),
    h('span', { class: 'visually-hidden' }),
    h('span', { class: 'window-bar-time', 'aria-hidden': 'true' }),
  );
}

/** @param {HTMLElement} bar @param {PastWindow} window @param {number} max @param {boolean} isNewest */
function updateBar(bar, { start, end, count, coverage }, max, isNewest) {
  const [fill, words, time] = bar.children;
  if (!(fill instanceof HTMLElement) || !words || !time) return;
  const heard = coverage === null ? '' : `, ${formatShare(coverage)} heard`;
  const text = `${formatClock(start)} – ${formatClock(end)}: ${formatCount(count)} messages${heard}`;
  setProperty(fill, '--part', String(Math.round((count / max) * 1000) / 1000));
  setAttribute(bar, 'data-current', String(isNewest));
  setAttribute(bar, 'data-partial', String(!isNewest && coverage !== null && coverage < 0.98));
  setAttribute(bar, 'title', text);
  setText(words, text);
  setText(time, isLabelled(start, end) ? formatClock(start) : '');
}

/** One label in four, on even times. @param {number} start @param {number} end */
function isLabelled(start, end) {
  return Math.round(start / Math.max(1, end - start)) % 4 === 0;
}
