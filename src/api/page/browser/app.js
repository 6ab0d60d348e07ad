import { Feed } from './feed.js';
import { visibleName } from './model/chat-text.js';
import { formatCount } from './model/format.js';
import { describeLink } from './model/link.js';
import { Store } from './model/store.js';
import { Selection } from './selection.js';
import { channelLinks, createChannelList } from './view/channel-list.js';
import { createDetail } from './view/detail.js';
import { createHelp, createTokenDialog } from './view/dialogs.js';
import { byId, setText } from './view/dom.js';
import { listenToKeys } from './view/keyboard.js';
import { createLinkView } from './view/link-view.js';
import { createPainter } from './view/painter.js';

/** @import { Api } from './net/api.js' */

/** Five paintings a second: faster than one reads, slower than a busy chat. */
const PAINT_MS = 200;
/** From this width on, list and channel stand side by side. */
const WIDE = '(min-width: 761px)';

/** Wires what the page knows (store), hears (feed), shows (views) and is asked for (keys, address bar). */
export class App {
  #store = new Store();
  #feed;
  #selection;
  #paint = createPainter(() => this.#render(), PAINT_MS);
  #filter = byId('filter', HTMLInputElement);
  #list = byId('channel-list', HTMLElement);
  #renderLink = createLinkView();
  #renderList = createChannelList();
  #openHelp = createHelp();
  #wide = matchMedia(WIDE);
  #renderDetail;
  #askToken;

  /** @param {Api} api @param {(token: string) => void} keepToken */
  constructor(api, keepToken) {
    this.#askToken = createTokenDialog((token) => {
      keepToken(token);
      this.#feed.retryNow();
    });
    this.#selection = new Selection(api, this.#store, this.#paint);
    this.#feed = new Feed(api, this.#store, {
      onChange: this.#paint,
      onConnected: () => this.#selection.refresh(),
      onTokenNeeded: () => this.#askToken(),
    });
    this.#renderDetail = createDetail(this.#selection);
  }

  start() {
    this.#filter.addEventListener('input', this.#paint);
    byId('retry', HTMLButtonElement).addEventListener('click', () => this.#feed.retryNow());
    addEventListener('hashchange', () => this.#onHash());
    byId('skip', HTMLAnchorElement).addEventListener('click', (event) => {
      // The address is the channel's: going to `#detail-title` would leave it.
      event.preventDefault();
      const title = byId('detail-title', HTMLElement);
      title.focus();
      // On a narrow page that shows the list there is none.
      if (document.activeElement !== title) moveFocus(0);
    });
    listenToKeys({
      help: this.#openHelp,
      filter: () => this.#focusFilter(),
      next: () => moveFocus(1),
      previous: () => moveFocus(-1),
      pause: () => this.#selection.pause(!this.#store.chat.isPaused),
      back: () => this.#back(),
    });
    this.#feed.start();
    this.#paint();
  }

  #render() {
    const now = Date.now();
    const store = this.#store;
    this.#renderLink(this.#feed.link, store.health, now);
    const isHeld = this.#list.matches(':hover, :focus-within');
    const channels = store.list(this.#filter.value, now, isHeld);
    const wanted = nameInHash();
    const busiest = this.#wide.matches ? store.list('', now, isHeld)[0] : undefined;
    const selected = this.#selection.choose(wanted, busiest);
    this.#renderList(channels, selected?.view.channel_id, store.channels.size);
    document.body.dataset.view = wanted === '' ? 'list' : 'channel';
    this.#renderDetail(selected, store.serverTime(now));
    setText(byId('detail-empty-text', HTMLElement), this.#emptyWords(wanted));
    document.title = titleOf(
      selected?.view,
      describeLink(this.#feed.link, store.health?.services.cache, now).tone,
    );
  }

  /** @param {string} wanted */
  #emptyWords(wanted) {
    if (this.#feed.link.lastDataAt === 0) return 'Waiting for the API…';
    if (wanted !== '') return `No counts for “${visibleName(wanted, '?')}” yet.`;
    return 'Nothing is counted yet. Start with: twitchstats up --demo';
  }

  #onHash() {
    this.#render();
    if (nameInHash() !== '') byId('detail-title', HTMLElement).focus({ preventScroll: this.#wide.matches });
    if (!this.#wide.matches) scrollTo(0, 0);
  }

  #focusFilter() {
    if (!this.#wide.matches) location.hash = '#/';
    this.#render();
    this.#filter.focus();
    this.#filter.select();
  }

  /** One step out: the filter's text, its focus, the channel. A dialog closes by itself. */
  #back() {
    if (document.querySelector('dialog[open]') !== null) return;
    if (this.#filter.value !== '') {
      this.#filter.value = '';
      this.#paint();
    } else if (document.activeElement === this.#filter) {
      this.#filter.blur();
    } else if (nameInHash() !== '') {
      const { links } = channelLinks();
      const left = links.find(isCurrent);
      location.hash = '#/';
      // Where the list was hidden it has to be there before it can be focused.
      this.#render();
      if (left instanceof HTMLElement && left.isConnected) left.focus();
      else moveFocus(0);
    }
  }
}

/** @param {1 | -1 | 0} step 0 goes to the selected channel */
function moveFocus(step) {
  const { links, focused } = channelLinks();
  const selected = links.findIndex(isCurrent);
  const from = focused === -1 ? selected : focused;
  const target = from === -1 ? 0 : Math.min(links.length - 1, Math.max(0, from + step));
  const link = links[target];
  if (link instanceof HTMLElement) link.focus();
}

/** @param {Element} link */
function isCurrent(link) {
  return link.getAttribute('aria-current') === 'true';
}

function nameInHash() {
  const name = /^#\/(.+)$/.exec(location.hash)?.[1] ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** @param {import('../../../contract/api.ts').ChannelView | undefined} view @param {string} tone */
function titleOf(view, tone) {
  if (view === undefined) return 'twitchstats';
  const mark = tone === 'live' ? '' : tone === 'dead' ? '✕ ' : '… ';
  return `${mark}${formatCount(view.message_count)} · ${visibleName(view.channel_name, view.channel_id)} · twitchstats`;
}
