import { visibleText } from '../model/chat-text.js';
import { formatClockSeconds, formatDuration } from '../model/format.js';
import { byId, h, keyed } from './dom.js';

/** @import { GapEvent } from '../../../../contract/ingest-event.ts' */

/** The times in which nobody listened to the channel. @returns {(gaps: readonly GapEvent[]) => void} */
export function createGapList() {
  const list = byId('gaps', HTMLElement);
  const empty = byId('gaps-empty', HTMLElement);

  return (gaps) => {
    empty.hidden = gaps.length > 0;
    keyed(list, gaps, {
      key: ({ channel_name: name, from, to }) => `${name} ${from} ${to}`,
      create: ({ from, to, reason }) =>
        h(
          'li',
          { class: 'gap' },
          h('span', { class: 'gap-when' }, `${formatClockSeconds(from)} – ${formatClockSeconds(to)}`),
          h('span', { class: 'muted' }, ` ${formatDuration(to - from)} · `),
          visibleText(reason),
        ),
    });
  };
}
