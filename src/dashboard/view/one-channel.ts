import { rateOf } from '../model/channel-rows.ts';
import { type ChannelState, windowsOf } from '../model/dashboard-state.ts';
import { buckets } from '../model/rate-series.ts';
import type { Ranked, WindowCounts } from '../model/window-counts.ts';
import { bar, columns as chartColumns } from './bars.ts';
import { formatClock, formatCount, formatRate, formatShare, formatTime } from './format.ts';
import type { FrameProps } from './frame-props.ts';
import { cell, glyphs, type Line, span, widthOf, within } from './line.ts';
import { forgotten, notCounted, whyNothing } from './nothing-yet.ts';

const CHART_HEIGHT = 4;
const LIST_WIDTH = 25;
const LIST_GAP = 2;
const LIST_ROWS = 5;

/** One channel: its window with a clock, the rate of the last minutes, past windows, emotes, chatters, and its chat. */
export function oneChannel(props: FrameProps, room: number): Line[] {
  const { state, screen } = props;
  const channel = state.channels.get(screen.selected ?? '');
  if (channel === undefined) {
    const unknown = screen.only.length === 0 ? forgotten : notCounted(screen.only);
    return [[span(`  ${whyNothing(state, unknown)}`, 'dim')]];
  }
  const window = chosenWindow(channel, screen.windowStart);
  const facts = [...summary(props, channel, window), []];
  const chart = room >= 17 ? [...rateChart(props, channel), []] : [];
  const lists = room >= 12 ? [...ranking(props, channel, window), []] : [];
  const head = [...facts, ...chart, ...lists];
  return [...head, ...chat(props, channel, room - head.length)].slice(0, room);
}

function chosenWindow(channel: ChannelState, windowStart: number | undefined): WindowCounts {
  return channel.past.find(({ start }) => start === windowStart) ?? channel.window;
}

function summary({ now }: FrameProps, channel: ChannelState, window: WindowCounts): Line[] {
  const isNow = window.start <= now && now < window.end;
  const clock = isNow ? `${formatClock(window.end - now)} left` : 'closed';
  // As seen from its begin, so that the day is said once.
  const times = `${formatTime(window.start, now)} – ${formatTime(window.end, window.start)}`;
  return [
    [
      span(` ${window.channelName} `, 'title'),
      span(`  ${formatCount(window.count)}`, 'strong'),
      span(' messages  '),
      // The rate is that of now: no past window had it.
      span(window === channel.window ? `${formatRate(rateOf(channel, now))} msg/s` : '', 'good'),
      span(window.isStale ? '  stale' : '', 'warn'),
    ],
    [
      span(`  window ${times}  ${clock}`, isNow ? 'plain' : 'dim'),
      span(
        `   ${formatCount(window.uniqueChatters)} chatters   heard ${formatShare(window.coverage)}`,
        'dim',
      ),
    ],
  ];
}

function rateChart({ columns, now, ascii }: FrameProps, { rate }: ChannelState): Line[] {
  const width = Math.min(60, columns - 12);
  const values = buckets(rate, now, 2, width);
  const top = formatRate(Math.max(...values, 0));
  return chartColumns(values, CHART_HEIGHT, { ascii }).map((row, index) => [
    cell(index === 0 ? top : index === CHART_HEIGHT - 1 ? '0' : '', 8, { align: 'right', style: 'dim' }),
    span(' '),
    glyphs(row, 'accent'),
  ]);
}

/** Past windows as bars, emotes and chatters side by side, as many of the three as there is room for. */
function ranking({ columns, ascii, now }: FrameProps, channel: ChannelState, window: WindowCounts): Line[] {
  const all = windowsOf(channel);
  const last = Math.max(all.indexOf(window) + 1, LIST_ROWS);
  const windows = all.slice(last - LIST_ROWS, last);
  const most = Math.max(...windows.map(({ count }) => count), 1);
  const history = windows.map((shown) => ({
    label: `${shown === window ? '>' : ' '}${formatTime(shown.start, now).slice(-5)} ${bar(shown.count, most, 9, { ascii }).padEnd(9)}`,
    value: formatCount(shown.count, 7),
  }));
  const lists = [
    { title: 'WINDOWS', rows: history },
    { title: 'EMOTES', rows: ranked(window.topEmotes) },
    { title: 'CHATTERS', rows: ranked(window.topChatters) },
  ].slice(0, Math.max(1, Math.floor((columns + LIST_GAP) / (LIST_WIDTH + LIST_GAP))));
  const gap = (list: number) => (list === 0 ? [] : [span(' '.repeat(LIST_GAP))]);
  const titles = lists.flatMap(({ title }, list) => [
    ...gap(list),
    cell(title, LIST_WIDTH, { style: 'dim' }),
  ]);
  const height = Math.max(...lists.map(({ rows }) => rows.length));
  const lines = Array.from({ length: height }, (_, row) =>
    lists.flatMap(({ rows }, list) => {
      const { label = '', value = '' } = rows[row] ?? {};
      return [...gap(list), cell(label, LIST_WIDTH - 8), cell(value, 8, { align: 'right' })];
    }),
  );
  return [titles, ...lines];
}

function ranked(entries: readonly Ranked[]): { label: string; value: string }[] {
  return entries
    .slice(0, LIST_ROWS)
    .map(({ name, count }) => ({ label: name, value: formatCount(count, 7) }));
}

/** The newest messages, the last one lowest. */
function chat({ state, columns, now }: FrameProps, { window }: ChannelState, room: number): Line[] {
  if (room < 2) return [];
  const messages = state.messages
    .filter(({ channel_id }) => channel_id === window.channelId)
    .slice(-(room - 1));
  const lines = messages.map(({ timestamp, username, message }) => {
    const begin = [
      cell(formatTime(timestamp, now).slice(-5), 6, { style: 'dim' }),
      cell(username, Math.min(16, Math.floor(columns / 4)), { style: 'accent' }),
      span(' '),
    ];
    return [...begin, within(message, columns - widthOf(begin))];
  });
  return [[span('CHAT', 'dim')], ...lines];
}
