import type { DashboardState } from '../model/dashboard-state.ts';
import type { ScreenState } from '../model/screen-state.ts';

/** What a frame is painted from. */
export interface FrameProps {
  readonly state: DashboardState;
  readonly screen: ScreenState;
  /** The terminal's size in cells. */
  readonly columns: number;
  readonly rows: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Only ASCII glyphs. */
  readonly ascii: boolean;
}
