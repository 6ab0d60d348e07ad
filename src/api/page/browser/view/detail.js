import { createChatView } from './chat-view.js';
import { createUserDialog } from './dialogs.js';
import { byId } from './dom.js';
import { createGapList } from './gap-list.js';
import { createHero } from './hero.js';
import { createRanking } from './ranking.js';
import { createRateChart } from './rate-chart.js';
import { createWindowBars } from './window-bars.js';

/** @import { Channel } from '../model/store.js' */
/** @import { Selection } from '../selection.js' */

/** All panels of the chosen channel. @param {Selection} selection */
export function createDetail(selection) {
  const detail = byId('detail', HTMLElement);
  const openUser = createUserDialog((userId, signal) => selection.userMessages(userId, signal));
  const hero = createHero();
  const rateChart = createRateChart();
  const windowBars = createWindowBars();
  const emotes = createRanking('emotes');
  const chatters = createRanking('chatters', ({ key, name }) => void openUser(key, name));
  const chat = createChatView((isPaused) => selection.pause(isPaused));
  const gaps = createGapList();

  /** @param {Channel | undefined} channel @param {number} serverNow */
  return (channel, serverNow) => {
    detail.hidden = channel === undefined;
    if (channel === undefined) return;
    const { view, series } = channel;
    hero(view, serverNow);
    rateChart(series);
    windowBars(view, selection.windows(view), selection.windowsNote);
    emotes(view.top_emotes.map(({ emote, count }) => ({ key: emote, name: emote, count })));
    chatters(
      view.top_chatters.map(({ user_id, username, count }) => ({ key: user_id, name: username, count })),
    );
    chat(selection.chat, selection.chatNote);
    gaps(selection.gaps(view));
  };
}
