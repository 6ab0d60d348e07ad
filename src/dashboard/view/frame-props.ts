import type { Connection, DashboardState } from '../model/dashboard-state.ts';
import type { ScreenState } from '../model/screen-state.ts';

/** What a frame is painted from. */
export interface FrameProps {
  readonly state: DashboardState;
  readonly screen: ScreenState;
  /** The terminal's size in cells. */
  readonly columns: number;
  readonly rows: number;
  /** Epoch milliseconds; holds still while the screen is paused. */
  readonly now: number;
  /** How the stream is by now, and what time it is: those never hold still. */
  readonly liveness: { readonly connection: Connection; readonly now: number };
  /** Whether keys can be read: stdin is the terminal. */
  readonly hasKeys: boolean;
  /** Only ASCII glyphs. */
  readonly ascii: boolean;
}
