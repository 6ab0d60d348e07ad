import type { ChatMessage } from '../../contract/chat-message.ts';
import type { WindowCounts } from './window-counts.ts';

/** One part of the pipeline as the API sees it, such as `kafka` or `cassandra`. */
export interface PartHealth {
  readonly name: string;
  /** In the part's own word: `connected`, `loading`, `stale` … */
  readonly state: string;
}

export interface PipelineHealth {
  /** `healthy`, `degraded` or `unhealthy`. */
  readonly status: string;
  readonly parts: readonly PartHealth[];
  /** Records of `channel-stats` that the API has yet to read. */
  readonly lag: number | undefined;
}

/** An interval in which a wanted channel was not heard. */
export interface Gap {
  readonly channelName: string;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** What happened to the stream or came through it; `at` is when it reached us, in epoch milliseconds. */
export type DashboardEvent =
  | { readonly type: 'connected'; readonly at: number }
  | {
      readonly type: 'lost';
      readonly at: number;
      readonly reason: string;
      /** It answered, with a status that is no success. */
      readonly isRefused?: boolean;
    }
  | { readonly type: 'stats'; readonly at: number; readonly window: WindowCounts }
  | { readonly type: 'history'; readonly at: number; readonly windows: readonly WindowCounts[] }
  | { readonly type: 'health'; readonly at: number; readonly health: PipelineHealth }
  | { readonly type: 'gap'; readonly at: number; readonly gap: Gap }
  | { readonly type: 'message'; readonly at: number; readonly message: ChatMessage };
