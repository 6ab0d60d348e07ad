import { visibleName } from '../model/chat-text.js';
import { formatCount } from '../model/format.js';
import { byId, h, keyed, setAttribute, setProperty, setText } from './dom.js';

/** @typedef {{ key: string, name: string, count: number }} Rank */

/**
 * A top list, with a bar behind each name.
 * @param {string} id of the list; `${id}-empty` is shown without entries
 * @param {(rank: Rank) => void} [onOpen] makes the entries buttons
 * @returns {(ranks: readonly Rank[]) => void}
 */
export function createRanking(id, onOpen) {
  const list = byId(id, HTMLElement);
  const empty = byId(`${id}-empty`, HTMLElement);

  return (ranks) => {
    const max = Math.max(1, ...ranks.map(({ count }) => count));
    empty.hidden = ranks.length > 0;
    keyed(list, ranks, {
      key: ({ key }) => key,
      create: (rank) => createRow(rank, onOpen),
      update: (row, rank) => updateRow(row, rank, max),
    });
  };
}

/** @param {Rank} rank @param {((rank: Rank) => void) | undefined} onOpen */
function createRow(rank, onOpen) {
  const words = [h('bdi', { class: 'rank-name' }), h('span', { class: 'rank-count' })];
  if (onOpen === undefined) return h('li', {}, h('div', { class: 'rank' }, ...words));
  const button = h('button', { class: 'rank', type: 'button' }, ...words);
  button.addEventListener('click', () => onOpen(rank));
  return h('li', {}, button);
}

/** @param {HTMLElement} row @param {Rank} rank @param {number} max */
function updateRow(row, { key, name, count }, max) {
  const rank = row.firstElementChild;
  const [nameCell, countCell] = rank?.children ?? [];
  if (!(rank instanceof HTMLElement) || !nameCell || !countCell) return;
  const shown = visibleName(name, key);
  setText(nameCell, shown);
  setAttribute(nameCell, 'title', shown);
  setText(countCell, formatCount(count));
  setProperty(rank, '--part', String(Math.round((count / max) * 1000) / 1000));
}
