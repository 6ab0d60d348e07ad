import type { ChannelState, DashboardState } from './dashboard-state.ts';
import { ratePerSecond } from './rate-series.ts';
import type { ScreenState, SortOrder } from './screen-state.ts';

export interface ChannelRow {
  readonly channel: ChannelState;
  /** Messages a second now. */
  readonly rate: number;
}

/** The channels that pass the filter, in the chosen order; equal ones by name, so that rows do not dance. */
export function channelRows(
  state: DashboardState,
  { sort, filter }: Pick<ScreenState, 'sort' | 'filter'>,
  now: number,
): ChannelRow[] {
  const wanted = filter.toLowerCase();
  return [...state.channels.values()]
    .filter(({ window }) => window.channelName.toLowerCase().includes(wanted))
    .map((channel) => ({ channel, rate: rateOf(channel, now) }))
    .sort((a, b) => orders[sort](a, b, now) || compareNames(a, b));
}

/** As this dashboard measured it over ten seconds; until it has looked long enough, as the API did. */
export function rateOf({ rate, window }: ChannelState, now: number): number {
  return ratePerSecond(rate, now) ?? window.apiRate;
}

const orders: Record<SortOrder, (a: ChannelRow, b: ChannelRow, now: number) => number> = {
  // A window that is over is complete, one that has just begun is not: counted against each other, the past would win.
  count: (a, b, now) => isOver(a, now) - isOver(b, now) || b.channel.window.count - a.channel.window.count,
  // Whole numbers, since channels that differ by less would change places all the time.
  rate: (a, b) => Math.round(b.rate) - Math.round(a.rate),
  name: () => 0,
  fresh: (a, b) => b.channel.changedAt - a.channel.changedAt,
};

function isOver({ channel }: ChannelRow, now: number): 0 | 1 {
  return channel.window.end <= now ? 1 : 0;
}

function compareNames(a: ChannelRow, b: ChannelRow): number {
  return a.channel.window.channelName < b.channel.window.channelName ? -1 : 1;
}
