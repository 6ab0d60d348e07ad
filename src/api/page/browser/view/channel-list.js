import { linePath, niceMax } from '../model/chart-geometry.js';
import { visibleName } from '../model/chat-text.js';
import { formatCount, formatRate } from '../model/format.js';
import { byId, h, keyed, setAttribute, setText, svg } from './dom.js';

/** @import { Channel } from '../model/store.js' */

const SPARK = { width: 50, height: 24 };
const SPARK_SECONDS = 120;

/** The newest second in a row's line: it is drawn once a second, not once a painting. @type {WeakMap<HTMLElement, number>} */
const drawnSeconds = new WeakMap();

/** The list of channels. @returns {(channels: readonly Channel[], selectedId: string | undefined, total: number) => void} */
export function createChannelList() {
  const list = byId('channel-list', HTMLElement);
  const total = byId('channels-total', HTMLElement);
  const empty = byId('channels-empty', HTMLElement);

  return (channels, selectedId, count) => {
    setText(total, count === 0 ? '' : formatCount(count));
    empty.hidden = channels.length > 0;
    setText(
      empty,
      count === 0
        ? 'Nothing is counted yet. Start with: twitchstats up --demo'
        : 'No channel has that in its name.',
    );
    keyed(list, channels, {
      key: ({ view }) => view.channel_id,
      create: createRow,
      update: (row, channel) => updateRow(row, channel, channel.view.channel_id === selectedId),
    });
  };
}

/** Where a channel is in the address bar. @param {string} name */
export function hashOf(name) {
  return `#/${encodeURIComponent(name)}`;
}

/** The row that has the focus, and all rows, top to bottom. */
export function channelLinks() {
  const links = [...document.querySelectorAll('.channel')];
  return { links, focused: links.indexOf(document.activeElement ?? document.body) };
}

function createRow() {
  const rate = h('span', { class: 'channel-rate' }, h('span'), h('small', {}, ' /s'));
  const spark = svg(
    'svg',
    { class: 'spark', viewBox: `0 0 ${SPARK.width} ${SPARK.height}`, 'aria-hidden': 'true' },
    svg('path'),
  );
  const words = h(
    'span',
    {},
    h('span', { class: 'channel-name' }, h('bdi')),
    h('span', { class: 'channel-count' }),
  );
  for (const part of words.children)
    if (part instanceof HTMLElement) part.style.setProperty('display', 'block');
  return h('li', {}, h('a', { class: 'channel' }, words, spark, rate));
}

/** @param {HTMLElement} row @param {Channel} channel @param {boolean} isSelected */
function updateRow(row, { view, series }, isSelected) {
  const link = row.firstElementChild;
  const [words, spark, rate] = link?.children ?? [];
  if (!link || !words || !spark || !rate) return;
  const name = visibleName(view.channel_name, view.channel_id);
  setAttribute(link, 'href', hashOf(view.channel_name));
  setAttribute(link, 'aria-current', String(isSelected));
  setAttribute(link, 'data-quiet', String(view.messages_per_second === 0));
  const [nameLine, countLine] = words.children;
  if (nameLine?.firstElementChild) setText(nameLine.firstElementChild, name);
  if (countLine) setText(countLine, `${formatCount(view.message_count)} in window`);
  if (rate.firstElementChild) setText(rate.firstElementChild, formatRate(view.messages_per_second));
  if (drawnSeconds.get(row) === series.newest) return;
  drawnSeconds.set(row, series.newest);
  const rates = series.rates(SPARK_SECONDS);
  const path = linePath(rates, { ...SPARK, max: niceMax(rates, 1) });
  if (spark.firstElementChild) setAttribute(spark.firstElementChild, 'd', path);
}
