/** Follows the one channel that is shown, and no other: what it starts begins and ends with the view. */
export class ChannelFollower {
  readonly #start: (channelId: string, until: AbortSignal) => Promise<void>;
  #channelId: string | undefined;
  #until = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /** `start` follows a channel until the signal is aborted. */
  constructor(start: (channelId: string, until: AbortSignal) => Promise<void>) {
    this.#start = start;
  }

  /** Follows this channel from now on; undefined ends it. Costs nothing when it is the same as before. */
  follow(channelId: string | undefined): void {
    if (channelId === this.#channelId) return;
    this.#channelId = channelId;
    this.#until.abort();
    this.#until = new AbortController();
    if (channelId !== undefined) this.#running = this.#start(channelId, this.#until.signal);
  }

  async stop(): Promise<void> {
    this.#until.abort();
    await this.#running;
  }
}
