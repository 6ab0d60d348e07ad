import { channelMatcher } from '../../contract/channel-names.ts';
import type { ActionName } from '../keymap/action-name.ts';
import { actionFor } from '../keymap/keymap.ts';
import { channelRows } from './channel-rows.ts';
import type { DashboardEvent } from './dashboard-event.ts';
import { type DashboardState, fold, initialState, windowsOf } from './dashboard-state.ts';
import {
  eraseFilter,
  initialScreen,
  press,
  type ScreenState,
  type Surroundings,
  typeFilter,
} from './screen-state.ts';

/**
 * The dashboard between two paints: takes events as they come, folds them once a paint, and applies keys. Holds no
 * timer and no stream, so a test drives it with plain calls.
 */
export class DashboardModel {
  #state: DashboardState;
  /** What is shown: the state, or what it was when the screen was paused. */
  #shown: DashboardState;
  #screen: ScreenState;
  #pending: DashboardEvent[] = [];
  #pausedAt: number | undefined;

  constructor(now: number, screen: ScreenState = initialScreen()) {
    this.#state = initialState(now);
    this.#shown = this.#state;
    this.#screen = screen;
  }

  get state(): DashboardState {
    return this.#shown;
  }

  /** The state with everything that came, even while the screen is paused. */
  get current(): DashboardState {
    return this.#state;
  }

  /** The time that is shown: `now`, or when the screen was paused, else rates would fall on a screen that holds still. */
  shownAt(now: number): number {
    return this.#pausedAt ?? now;
  }

  get screen(): ScreenState {
    return this.#screen;
  }

  take(event: DashboardEvent): void {
    this.#pending.push(event);
  }

  /** Folds what came since the last call. */
  settle(): void {
    this.#state = fold(this.#state, this.#pending);
    this.#pending = [];
    if (!this.#screen.isPaused) this.#shown = this.#state;
    const { only, selected } = this.#screen;
    if (only.length === 1 && selected === undefined) this.#select(only);
  }

  /** Chooses the one channel that was asked for once it is known. */
  #select(only: readonly string[]): void {
    const isWanted = channelMatcher(only);
    const found = [...this.#state.channels.values()].find(({ window }) =>
      isWanted(window.channelId, window.channelName),
    );
    if (found !== undefined) this.#screen = { ...this.#screen, selected: found.window.channelId };
  }

  /** Applies a key press; gives back the action, so that the session can end on `quit` and `interrupt`. */
  press(key: string | undefined, typed: string, now: number, pageRows: number): ActionName | undefined {
    const action = key === undefined ? undefined : actionFor(key, this.#screen);
    if (action !== undefined) this.#screen = press(this.#screen, action, this.#surroundings(now, pageRows));
    else if (this.#screen.isFiltering && key === 'backspace') this.#screen = eraseFilter(this.#screen);
    else if (this.#screen.isFiltering) this.#screen = typeFilter(this.#screen, typed);
    if (action === 'pause') this.#pausedAt = this.#screen.isPaused ? now : undefined;
    return action;
  }

  #surroundings(now: number, pageRows: number): Surroundings {
    const selected = this.#shown.channels.get(this.#screen.selected ?? '');
    return {
      order: channelRows(this.#shown, this.#screen, this.shownAt(now)).map(
        ({ channel }) => channel.window.channelId,
      ),
      pageRows,
      windowStarts: selected === undefined ? [] : windowsOf(selected).map(({ start }) => start),
    };
  }
}
