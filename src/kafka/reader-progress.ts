export interface ReaderState {
  /** Kafka answered within the last seconds. */
  readonly connected: boolean;
  /** Epoch milliseconds of the last change of `connected`. */
  readonly since: number;
  /** All that was in the topics when the reader started, or came back to Kafka, has been read. */
  readonly caughtUp: boolean;
  /** Offsets (records and control records) not read yet, as far as known. */
  readonly lag: number;
  /** Why it is not connected. */
  readonly reason: string | undefined;
}

/** What a reader knows of where it is, kept over its sessions. */
export class ReaderProgress {
  /** The next offset to read, by `topic/partition`. */
  readonly #positions = new Map<string, number>();
  /** Where the partition ended when the session began: reaching all of them is having caught up. */
  readonly #targets = new Map<string, number>();
  readonly #highWatermarks = new Map<string, number>();
  readonly #onState: ((state: ReaderState) => void) | undefined;
  #connected = false;
  #since = Date.now();
  #caughtUp = false;
  #reason: string | undefined = 'not connected yet';
  /** Both as `performance.now()`: the clock may be set back. */
  #lastAnswerAt = 0;
  #lastProgressAt: number | undefined;

  constructor(onState?: (state: ReaderState) => void) {
    this.#onState = onState;
  }

  state(): ReaderState {
    return {
      connected: this.#connected,
      since: this.#since,
      caughtUp: this.#caughtUp,
      lag: this.#lag(),
      reason: this.#reason,
    };
  }

  position(topic: string, partition: number): number | undefined {
    return this.#positions.get(keyOf(topic, partition));
  }

  /** A session begins: where to begin a partition that was never read, and where it ends now. */
  begin(topic: string, partition: number, start: number, end: number): void {
    const key = keyOf(topic, partition);
    const reached = this.#positions.get(key);
    // An end below what was read: the topic was deleted and created again.
    if (reached === undefined || reached > end) this.#positions.set(key, start);
    this.#targets.set(key, end);
    this.#highWatermarks.set(key, end);
    if ((this.#positions.get(key) ?? 0) >= end) return;
    // Written while Kafka was away from us, or before we were there.
    this.#caughtUp = false;
    this.#lastProgressAt = undefined;
  }

  /** Everything below `next` has been handed on. */
  advance(topic: string, partition: number, next: number, highWatermark: number): void {
    const key = keyOf(topic, partition);
    this.#positions.set(key, next);
    this.#highWatermarks.set(key, highWatermark);
    this.#lastProgressAt = performance.now();
    this.#checkCaughtUp();
  }

  /** Kafka answered a request of a joined member. */
  answered(): void {
    this.#lastAnswerAt = performance.now();
    this.#setConnected(true, undefined);
    this.#checkCaughtUp();
  }

  /** @returns true when this is news */
  disconnected(reason: string): boolean {
    return this.#setConnected(false, reason);
  }

  checkSilence(limitMs: number): void {
    if (this.#connected && performance.now() - this.#lastAnswerAt > limitMs) {
      this.#setConnected(false, `no answer for ${limitMs} ms`);
    }
  }

  /**
   * Behind an open transaction the end cannot be reached until it is decided, which after a crash takes its timeout:
   * when Kafka answers and yet nothing came for a while, what is committed has been read.
   */
  #checkCaughtUp(): void {
    if (this.#caughtUp || !this.#connected) return;
    const reached = [...this.#targets].every(([key, target]) => (this.#positions.get(key) ?? 0) >= target);
    const quiet = this.#lastProgressAt !== undefined && performance.now() - this.#lastProgressAt > 2000;
    if (!reached && !quiet) return;
    this.#caughtUp = true;
    this.#onState?.(this.state());
  }

  #setConnected(connected: boolean, reason: string | undefined): boolean {
    const isNews = this.#connected !== connected || (!connected && this.#reason === 'not connected yet');
    this.#reason = reason;
    if (!isNews) return false;
    if (this.#connected !== connected) this.#since = Date.now();
    this.#connected = connected;
    this.#onState?.(this.state());
    return true;
  }

  #lag(): number {
    let lag = 0;
    for (const [key, end] of this.#highWatermarks) lag += Math.max(0, end - (this.#positions.get(key) ?? 0));
    return lag;
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
