import type { ChalkInstance } from 'chalk';
import type { ChannelHistory } from '../../api/client.ts';
import type { ChannelView } from '../../contract/api.ts';
import { calendarDay, clockTime, isoSeconds } from '../../output/local-time.ts';
import { sanitize } from '../../output/sanitize.ts';
import { renderTable } from '../../output/table.ts';
import { wholePercent } from '../../output/whole-percent.ts';

/** How times are shown: their zone, and what `ago` counts from. */
export interface Clock {
  readonly now: number;
  readonly timeZone: string;
}

/** One channel, a line a fact. */
export function renderChannel(view: ChannelView, { now, timeZone }: Clock): string {
  const lines: [string, string][] = [
    ['channel', `${view.channel_name} (${view.channel_id})`],
    ['messages', `${view.message_count}${coverageText(view.coverage)}`],
    ['window', `${windowText(view, timeZone)}${view.current ? '' : ', over'}`],
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
export function renderChannels(channels: readonly ChannelView[], { now, timeZone }: Clock): string {
  return renderTable(
    [
      { title: 'CHANNEL', value: ({ channel_name }) => channel_name },
      { title: 'MESSAGES', align: 'right', value: ({ message_count }) => message_count },
      { title: 'PER_SECOND', align: 'right', value: (view) => view.messages_per_second },
      { title: 'CHATTERS', align: 'right', value: ({ unique_chatters }) => unique_chatters },
      { title: 'WINDOW', value: (view) => windowText(view, timeZone) },
      { title: 'STATE', value: stateText },
      { title: 'UPDATED', align: 'right', value: ({ last_updated }) => ageText(now - last_updated) },
    ],
    channels,
  );
}

/** Past windows, a row each; the channel where there are several. */
export function renderHistory(channels: readonly ChannelHistory[], timeZone: string): string {
  const rows = channels.flatMap(({ channel_name, windows }) =>
    windows.map((window) => ({ channel_name, ...window })),
  );
  return renderTable(
    [
      ...(channels.length === 1
        ? []
        : [{ title: 'CHANNEL', value: (row: (typeof rows)[number]) => row.channel_name }]),
      { title: 'WINDOW', value: ({ window }) => isoSeconds(window.start, timeZone) },
      { title: 'MESSAGES', align: 'right', value: ({ message_count }) => message_count },
      { title: 'CHATTERS', align: 'right', value: ({ unique_chatters }) => unique_chatters },
      {
        title: 'HEARD',
        align: 'right',
        value: ({ coverage }) => (coverage === null ? '' : percent(coverage)),
      },
      {
        title: 'TOP_EMOTE',
        value: ({ top_emotes: [top] }) => (top === undefined ? '' : `${top.emote} ${top.count}`),
      },
    ],
    rows,
  );
}

/** One line for a channel that changed. */
export function renderChange(view: ChannelView, timeZone: string, paint: ChalkInstance): string {
  return [
    paint.dim(clockTime(view.last_updated, timeZone)),
    sanitize(view.channel_name).padEnd(25),
    `${view.message_count} messages`.padStart(16),
    `${view.messages_per_second}/s`.padStart(9),
    `${view.unique_chatters} chatters`.padStart(16),
  ].join(' ');
}

function stateText({ stale, current }: ChannelView): string {
  if (stale) return 'stale';
  return current ? 'live' : 'over';
}

/** `2026-07-14 13:20–13:30`. */
function windowText({ current_window: { start, end } }: ChannelView, timeZone: string): string {
  const day = calendarDay(start, timeZone);
  const lastDay = calendarDay(end, timeZone);
  const to = minuteOfDay(end, timeZone);
  return `${day} ${minuteOfDay(start, timeZone)}–${lastDay === day ? to : `${lastDay} ${to}`}`;
}

/** `13:20` */
function minuteOfDay(time: number, timeZone: string): string {
  return clockTime(time, timeZone).slice(0, 5);
}

function coverageText(coverage: number | null): string {
  return coverage === null || coverage >= 1 ? '' : ` (heard ${percent(coverage)} of the window)`;
}

function percent(share: number): string {
  return `${wholePercent(share)} %`;
}

function ageText(ageMs: number): string {
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)}h` : `${Math.round(seconds / 86_400)}d`;
}
