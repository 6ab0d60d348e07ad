import type { ChannelView } from '../../contract/api.ts';
import { sanitize } from '../../output/sanitize.ts';
import { renderTable } from '../../output/table.ts';

/** One channel, a line a fact. */
export function renderChannel(view: ChannelView, now: number): string {
  const lines: [string, string][] = [
    ['channel', `${view.channel_name} (${view.channel_id})`],
    ['messages', `${view.message_count}${coverageText(view.coverage)}`],
    ['window', `${windowText(view)}${view.current ? '' : ', over'}`],
    ['rate', `${view.messages_per_second}/s`],
    ['chatters', String(view.unique_chatters)],
    ['emotes', view.top_emotes.map(({ emote, count }) => `${emote} ${count}`).join('  ')],
    ['most from', view.top_chatters.map(({ username, count }) => `${username} ${count}`).join('  ')],
    ['updated', `${ageText(now - view.last_updated)} ago${view.stale ? ', STALE: Kafka is away' : ''}`],
  ];
  return lines
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name.padEnd(10)} ${sanitize(value)}`)
    .join('\n');
}

/** Several channels, a row each. */
export function renderChannels(channels: readonly ChannelView[], now: number): string {
  return renderTable(
    [
      { title: 'CHANNEL', value: ({ channel_name }) => channel_name },
      { title: 'MESSAGES', align: 'right', value: ({ message_count }) => message_count },
      { title: 'PER_SECOND', align: 'right', value: (view) => view.messages_per_second },
      { title: 'CHATTERS', align: 'right', value: ({ unique_chatters }) => unique_chatters },
      { title: 'WINDOW', value: windowText },
      { title: 'STATE', value: stateText },
      { title: 'UPDATED', align: 'right', value: ({ last_updated }) => ageText(now - last_updated) },
    ],
    channels,
  );
}

function stateText({ stale, current }: ChannelView): string {
  if (stale) return 'stale';
  return current ? 'live' : 'over';
}

/** UTC: `2026-07-14 13:20–13:30`. */
function windowText({ current_window: { start, end } }: ChannelView): string {
  const from = isoMinute(start);
  const to = isoMinute(end);
  return from.slice(0, 10) === to.slice(0, 10) ? `${from}–${to.slice(11)}` : `${from}–${to}`;
}

function isoMinute(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

function coverageText(coverage: number | null): string {
  return coverage === null || coverage >= 1 ? '' : ` (heard ${Math.floor(coverage * 100)} % of the window)`;
}

function ageText(ageMs: number): string {
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)}h` : `${Math.round(seconds / 86_400)}d`;
}
