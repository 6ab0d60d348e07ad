/** The counts of one window of one channel, as the dashboard holds them. Times are epoch milliseconds. */
export interface WindowCounts {
  readonly channelId: string;
  readonly channelName: string;
  readonly count: number;
  readonly start: number;
  readonly end: number;
  readonly uniqueChatters: number;
  readonly topEmotes: readonly Ranked[];
  readonly topChatters: readonly Ranked[];
  /** The share of the window that was heard (0–1). */
  readonly coverage: number | undefined;
  /** When the processor last changed these counts. */
  readonly updatedAt: number;
  /** Messages a second as the API measured them lately. */
  readonly apiRate: number;
  /** The API serves the last that it knew: Kafka is away, or was not read to its end. */
  readonly isStale: boolean;
}

export interface Ranked {
  readonly name: string;
  readonly count: number;
}
