import { visibleName } from '../model/chat-text.js';
import {
  formatClock,
  formatCount,
  formatCountdown,
  formatDuration,
  formatRate,
  formatShare,
} from '../model/format.js';
import { byId, setAttribute, setProperty, setText } from './dom.js';

/** @import { ChannelView } from '../../../../contract/api.ts' */

/** A channel at a glance: name, big count, the window's clock, four facts. */
export function createHero() {
  const name = byId('detail-name', HTMLElement);
  const tag = byId('detail-tag', HTMLElement);
  const count = byId('detail-count', HTMLElement);
  const fill = byId('window-fill', HTMLElement);
  const span = byId('window-span', HTMLElement);
  const left = byId('window-left', HTMLElement);
  const rate = byId('fact-rate', HTMLElement);
  const chatters = byId('fact-chatters', HTMLElement);
  const coverage = byId('fact-coverage', HTMLElement);
  const last = byId('fact-last', HTMLElement);

  /** @param {ChannelView} view @param {number} serverNow */
  return (view, serverNow) => {
    const { start, end } = view.current_window;
    const isCurrent = start <= serverNow && serverNow < end;
    setText(name, visibleName(view.channel_name, view.channel_id));
    setText(count, formatCount(view.message_count));
    const words = tagOf(view, isCurrent);
    tag.hidden = words === '';
    setText(tag, words);
    setProperty(fill, '--part', String(clamp((serverNow - start) / (end - start))));
    setText(span, `${formatClock(start)} – ${formatClock(end)}`);
    setText(
      left,
      isCurrent ? `${formatCountdown(end - serverNow)} left` : `ended ${formatDuration(serverNow - end)} ago`,
    );
    setText(rate, formatRate(view.messages_per_second));
    setText(chatters, formatCount(view.unique_chatters));
    setText(coverage, view.coverage === null ? 'unknown' : formatShare(view.coverage));
    setAttribute(coverage, 'title', 'the share of this window in which the channel was listened to');
    setText(last, view.last_message_at === null ? 'none' : agoOf(serverNow - view.last_message_at));
  };
}

/** @param {ChannelView} view @param {boolean} isCurrent */
function tagOf(view, isCurrent) {
  if (view.source === 'cassandra') return 'from the archive';
  if (view.stale) return 'last known';
  return isCurrent ? '' : 'window is over';
}

/** @param {number} ms */
function agoOf(ms) {
  return ms < 1500 ? 'now' : `${formatDuration(ms)} ago`;
}

/** @param {number} part */
function clamp(part) {
  return Math.round(Math.min(1, Math.max(0, part)) * 1000) / 1000;
}
