import { type ChannelRow, channelRows } from '../model/channel-rows.ts';
import { buckets } from '../model/rate-series.ts';
import { sparkline } from './bars.ts';
import { formatAge, formatCount, formatRate, formatShare } from './format.ts';
import type { FrameProps } from './frame-props.ts';
import { cell, glyphs, type Line, type Span, type Style, span } from './line.ts';
import { notCounted, whyNothing } from './nothing-yet.ts';

interface TableColumn {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  /** Columns with a high number leave first when the terminal is narrow. */
  readonly priority: number;
  readonly value: (row: ChannelRow, props: FrameProps) => string;
  /** The value is as wide as the column, one cell a character. */
  readonly isExact?: boolean;
  readonly style?: Style;
}

const TREND_CELLS = 24;
/** A glyph of the trend is five seconds: the line shows two minutes. */
const TREND_BUCKET_SECONDS = 5;

/** Fixed widths, so that a new number never moves its neighbour. */
const table: readonly TableColumn[] = [
  {
    title: 'CHANNEL',
    width: 18,
    align: 'left',
    priority: 0,
    value: ({ channel }) => channel.window.channelName,
  },
  {
    title: 'COUNT',
    width: 9,
    align: 'right',
    priority: 0,
    value: ({ channel }) => formatCount(channel.window.count),
  },
  { title: 'MSG/S', width: 7, align: 'right', priority: 1, value: ({ rate }) => formatRate(rate) },
  {
    title: 'LAST 2 MIN',
    width: TREND_CELLS,
    align: 'left',
    priority: 4,
    style: 'accent',
    isExact: true,
    value: ({ channel }, { now, ascii }) =>
      sparkline(buckets(channel.rate, now, TREND_BUCKET_SECONDS, TREND_CELLS), { ascii }),
  },
  {
    title: 'CHATTERS',
    width: 8,
    align: 'right',
    priority: 3,
    value: ({ channel }) => formatCount(channel.window.uniqueChatters, 8),
  },
  {
    title: 'TOP EMOTE',
    width: 14,
    align: 'left',
    priority: 5,
    value: ({ channel }) => channel.window.topEmotes[0]?.name ?? '',
  },
  {
    title: 'HEARD',
    width: 5,
    align: 'right',
    priority: 6,
    value: ({ channel }) => formatShare(channel.window.coverage),
  },
  {
    title: 'FRESH',
    width: 5,
    align: 'right',
    priority: 2,
    value: ({ channel }, { now }) => formatAge(now - channel.changedAt),
  },
];
const GAP = 2;

/** One line a channel, sorted, filtered, and cut to `room` lines around the selected one. */
export function allChannels(props: FrameProps, room: number): Line[] {
  const shown = columnsThatFit(props.columns);
  const rows = channelRows(props.state, props.screen, props.now);
  if (rows.length === 0) return [titleLine(shown, props), [span(nothingYet(props), 'dim')]];
  const visible = slice(rows, props.screen.selected, room - 1);
  const lines = visible.map((row) => rowLine(row, shown, props));
  return [titleLine(shown, props), ...lines];
}

function columnsThatFit(columns: number): TableColumn[] {
  const byPriority = [...table].sort((a, b) => a.priority - b.priority);
  let left = columns;
  const fitting = new Set<TableColumn>();
  for (const column of byPriority) {
    const width = column.width + GAP;
    if (width > left) continue;
    left -= width;
    fitting.add(column);
  }
  return table.filter((column) => fitting.has(column));
}

function titleLine(shown: readonly TableColumn[], { screen, ascii }: FrameProps): Line {
  const sorted = { count: 'COUNT', rate: 'MSG/S', name: 'CHANNEL', fresh: 'FRESH' }[screen.sort];
  const mark = ascii ? 'v' : '▾';
  const cells = shown.map(({ title, width, align }) =>
    cell(title === sorted && title.length < width ? `${title}${mark}` : title, width, {
      align,
      style: 'dim',
    }),
  );
  return [span(' '.repeat(GAP)), ...withGaps(cells, 'plain')];
}

function rowLine(row: ChannelRow, shown: readonly TableColumn[], props: FrameProps): Line {
  const { window } = row.channel;
  const isSelected = window.channelId === props.screen.selected;
  const isOver = window.end <= props.now || window.isStale || props.state.connection.state === 'lost';
  const cells = shown.map((column) => {
    const style = isSelected ? 'selected' : isOver ? 'dim' : (column.style ?? 'plain');
    const text = column.value(row, props);
    return column.isExact ? glyphs(text, style) : cell(text, column.width, { align: column.align, style });
  });
  const cursor = props.ascii ? '> ' : '▸ ';
  return [
    span(isSelected ? cursor : ' '.repeat(GAP), isSelected ? 'selected' : 'plain'),
    ...withGaps(cells, isSelected ? 'selected' : 'plain'),
  ];
}

function withGaps(cells: readonly Span[], style: Style): Line {
  return cells.flatMap((one, index) => (index === 0 ? [one] : [span(' '.repeat(GAP), style), one]));
}

/** The rows around the selected one; only these reach the screen, since Ink lays out everything that it is given. */
function slice(
  rows: readonly ChannelRow[],
  selected: string | undefined,
  room: number,
): readonly ChannelRow[] {
  const at = rows.findIndex(({ channel }) => channel.window.channelId === selected);
  const first = Math.min(Math.max(0, at - room + 1), Math.max(0, rows.length - room));
  return rows.slice(first, first + room);
}

function nothingYet({ state, screen }: FrameProps): string {
  if (screen.filter !== '') return `  No channel contains "${screen.filter}".`;
  const unknown = screen.only.length > 0 ? notCounted(screen.only) : 'No channel has been counted yet.';
  return `  ${whyNothing(state, unknown)}`;
}
