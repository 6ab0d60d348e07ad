import { describeLink } from '../model/link.js';
import { byId, h, keyed, setAttribute, setText } from './dom.js';

/** @import { Health } from '../../../../contract/api.ts' */
/** @import { Link } from '../model/link.js' */

/** @typedef {{ name: string, tone: 'ok' | 'warn' | 'bad' | 'unknown', state: string }} Service */

/**
 * The state of the connection: the pill, the banner when something is wrong, the services, and one announcement a
 * change for those who hear the page.
 */
export function createLinkView() {
  const words = byId('link-text', HTMLElement);
  const banner = byId('banner', HTMLElement);
  const bannerText = byId('banner-text', HTMLElement);
  const retry = byId('retry', HTMLButtonElement);
  const announcement = byId('announcement', HTMLElement);
  const services = byId('services', HTMLElement);
  let announced = '';

  /** @param {Link} link @param {Health | undefined} health @param {number} now */
  return (link, health, now) => {
    const { tone, text, detail } = describeLink(link, health?.services.cache, now);
    setAttribute(document.body, 'data-link', tone);
    setText(words, text);
    setText(bannerText, detail);
    banner.hidden = detail === '';
    retry.hidden = tone !== 'dead';
    if (tone !== announced) {
      if (announced !== '' || tone === 'dead')
        setText(announcement, tone === 'live' ? 'Live again' : `${text}. ${detail}`);
      announced = tone;
    }
    keyed(services, servicesOf(health, tone === 'dead'), {
      key: ({ name }) => name,
      create: createService,
      update: updateService,
    });
  };
}

/** @param {Health | undefined} health @param {boolean} isDead @returns {Service[]} */
function servicesOf(health, isDead) {
  if (health === undefined) return [];
  const { kafka, cassandra } = health.services;
  const kafkaTone = kafka === 'connected' ? 'ok' : kafka === 'connecting' ? 'warn' : 'bad';
  return [
    { name: 'Kafka', state: isDead ? 'unknown' : kafka, tone: isDead ? 'unknown' : kafkaTone },
    {
      name: 'Cassandra',
      state: isDead ? 'unknown' : cassandra,
      tone: isDead ? 'unknown' : cassandra === 'connected' ? 'ok' : 'bad',
    },
  ];
}

/** @param {Service} service */
function createService({ name }) {
  return h(
    'li',
    { class: 'service' },
    h('span', { class: 'service-dot', 'aria-hidden': 'true' }),
    h('span', { class: 'service-name' }, name),
    h('span', { class: 'visually-hidden' }),
  );
}

/** @param {HTMLElement} row @param {Service} service */
function updateService(row, { name, state, tone }) {
  setAttribute(row, 'data-tone', tone);
  setAttribute(row, 'title', `${name}: ${state}`);
  if (row.lastElementChild !== null) setText(row.lastElementChild, `${name}: ${state}`);
}
