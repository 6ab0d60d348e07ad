import type { ActionName } from '../keymap/action-name.ts';

export const sortOrders = ['count', 'rate', 'name', 'fresh'] as const;
export type SortOrder = (typeof sortOrders)[number];

/** What the person at the keyboard chose: plain data, made by {@link press} alone. */
export interface ScreenState {
  readonly view: 'all' | 'one';
  /** The id of the channel under the cursor or, in the view of one channel, the one that is shown. */
  readonly selected: string | undefined;
  readonly sort: SortOrder;
  readonly filter: string;
  /** The keyboard writes into the filter. */
  readonly isFiltering: boolean;
  readonly isPaused: boolean;
  readonly isHelpShown: boolean;
  /** The start of the window of the channel that is shown; undefined for its newest, whichever that is by then. */
  readonly windowStart: number | undefined;
  /** The channels that were asked for, by name or id; none for all there are. */
  readonly only: readonly string[];
}

export function initialScreen(only: readonly string[] = []): ScreenState {
  return {
    view: only.length === 1 ? 'one' : 'all',
    selected: undefined,
    sort: 'count',
    filter: '',
    isFiltering: false,
    isPaused: false,
    isHelpShown: false,
    windowStart: undefined,
    only,
  };
}

/** What the screen has to know of the data to move in it. */
export interface Surroundings {
  /** Channel ids in the order of the screen. */
  readonly order: readonly string[];
  readonly pageRows: number;
  /** The starts of the selected channel's windows, newest first. */
  readonly windowStarts: readonly number[];
}

/** The screen after a key's action. `quit` and `interrupt` are the session's: they change nothing here. */
export function press(screen: ScreenState, action: ActionName, around: Surroundings): ScreenState {
  switch (action) {
    case 'help':
      return { ...screen, isHelpShown: !screen.isHelpShown };
    case 'pause':
      return { ...screen, isPaused: !screen.isPaused };
    case 'sort':
      return { ...screen, sort: next(sortOrders, screen.sort) };
    case 'filter':
      return { ...screen, isFiltering: true };
    case 'acceptFilter':
      return { ...screen, isFiltering: false };
    case 'open':
      return openSelected(screen, around);
    case 'back':
      return back(screen);
    case 'up':
      return move(screen, around, -1);
    case 'down':
      return move(screen, around, 1);
    case 'pageUp':
      return move(screen, around, -around.pageRows);
    case 'pageDown':
      return move(screen, around, around.pageRows);
    case 'olderWindow':
      return step(screen, around, 1);
    case 'newerWindow':
      return step(screen, around, -1);
    case 'quit':
    case 'interrupt':
      return screen;
  }
}

/** The filter after text was typed into it. */
export function typeFilter(screen: ScreenState, typed: string): ScreenState {
  return { ...screen, filter: `${screen.filter}${typed}`.slice(0, 40) };
}

/** The filter without its last character, as a person sees characters. */
export function eraseFilter(screen: ScreenState): ScreenState {
  return { ...screen, filter: [...screen.filter].slice(0, -1).join('') };
}

function openSelected(screen: ScreenState, { order }: Surroundings): ScreenState {
  const isListed = screen.selected !== undefined && order.includes(screen.selected);
  const selected = isListed ? screen.selected : order[0];
  return selected === undefined ? screen : { ...screen, view: 'one', selected, windowStart: undefined };
}

/** Esc undoes one thing at a time: the overlay, the typing, the view, the filter. */
function back(screen: ScreenState): ScreenState {
  if (screen.isHelpShown) return { ...screen, isHelpShown: false };
  if (screen.isFiltering) return { ...screen, isFiltering: false, filter: '' };
  if (screen.view === 'one') return { ...screen, view: 'all', windowStart: undefined };
  return { ...screen, filter: '' };
}

/** Moves the cursor; in the view of one channel it goes to the neighbour's page. */
function move(screen: ScreenState, { order }: Surroundings, by: number): ScreenState {
  if (order.length === 0) return screen;
  const at = screen.selected === undefined ? -1 : order.indexOf(screen.selected);
  const to = at === -1 ? 0 : Math.min(Math.max(at + by, 0), order.length - 1);
  return { ...screen, selected: order[to], windowStart: undefined };
}

/** Chooses the window that is so many older; the newest is never held on to. */
function step(screen: ScreenState, { windowStarts }: Surroundings, older: number): ScreenState {
  const { windowStart = Number.POSITIVE_INFINITY } = screen;
  const at = Math.max(
    0,
    windowStarts.findIndex((start) => start <= windowStart),
  );
  const to = Math.min(Math.max(at + older, 0), windowStarts.length - 1);
  return { ...screen, windowStart: to <= 0 ? undefined : windowStarts[to] };
}

function next<T>(values: readonly T[], value: T): T {
  return values[(values.indexOf(value) + 1) % values.length] ?? value;
}
