import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../contract/errors.ts';
import { type Batch, PendingBatches } from './pending-batches.ts';
import type { RecordWriterEvents, RecordWriterOptions, WriterState } from './record-writer-options.ts';
import { MAX_RECORDS } from './request-parts.ts';
import type { OutgoingRecord } from './spool.ts';

/**
 * Batches records to Kafka in order, one send at a time. While Kafka does not answer everything goes to the spool on
 * disk, and from there in order when it does again. `push` never waits, so that whoever feeds it can go on answering
 * PINGs.
 *
 * At least once: a batch whose fate is in doubt is sent again, which consumers undo by message id.
 */
export class RecordWriter {
  readonly #options: Required<Omit<RecordWriterOptions, 'events'>>;
  readonly #events: RecordWriterEvents;
  readonly #pending: PendingBatches;
  /** Sent, not yet acknowledged, not on disk. */
  #inFlight: Batch | undefined;
  #sentAt = 0;
  /** When the batch that is under way, from memory or from disk, was sent, as `performance.now()`. */
  #askedAt = Number.POSITIVE_INFINITY;
  /** How many of the first records on disk are under way at the same time. */
  #spilledInFlight = 0;
  #state: WriterState = 'connecting';
  /** Since the last acknowledgement. */
  #failures = 0;
  /** Under way to disk; with the time of its oldest record (epoch ms). */
  #spill: { readonly since: number; readonly done: Promise<void> } | undefined;
  #closing = false;
  /** Since the last write to it. */
  #diskFails = false;
  #wake: () => void = () => undefined;
  #running: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor({ events, ...options }: RecordWriterOptions) {
    this.#options = {
      maxRecords: MAX_RECORDS,
      maxLength: 512 * 1024,
      lingerMs: 20,
      isWanted: () => true,
      stallMs: 2000,
      silentMs: 5000,
      maxUnsent: 200_000,
      retry: { firstMs: 250, maxMs: 5000 },
      ...options,
    };
    this.#pending = new PendingBatches(this.#options);
    this.#events = events ?? {};
    this.#stop.signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** Who takes connections, but for a while no batch, is away too. */
  get state(): WriterState {
    const isSilent = performance.now() - this.#askedAt > this.#options.silentMs;
    const isRefused = this.#failures > 0 && (this.unsent > 0 || !this.#options.spool.isEmpty);
    return this.#state === 'connected' && (isSilent || isRefused) ? 'disconnected' : this.#state;
  }

  /** Records in memory: not yet acknowledged and not on disk. */
  get unsent(): number {
    return (this.#inFlight?.records.length ?? 0) + this.#pending.records;
  }

  /** Everything pushed before this time (epoch ms) is in Kafka or on disk: a crash now would not lose it. */
  get safeUntil(): number {
    if (this.#spill !== undefined) return this.#spill.since;
    return this.#oldestUnsent() ?? Date.now();
  }

  start(): void {
    this.#running = Promise.all([this.#sendLoop(), this.#spillLoop()]).then(() => undefined);
  }

  push(record: OutgoingRecord): void {
    if (this.#pending.records >= this.#options.maxUnsent) this.#events.dropped?.([record], 'memory full');
    else if (this.#pending.push(record)) this.#wake();
  }

  /**
   * Sends what is left until the deadline, then puts the rest on disk. Nothing may be pushed any more.
   * @throws the disk's own error: the rest is lost, and not safe by {@link RecordWriter.safeUntil}.
   */
  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    this.#wake();
    const over = new AbortController();
    // Kafka that was away until now will hardly come back in these seconds.
    const patienceMs = this.#state === 'disconnected' ? Math.min(deadlineMs, 500) : deadlineMs;
    await Promise.race([this.#running, sleep(patienceMs, undefined, { signal: over.signal })]);
    over.abort();
    this.#stop.abort();
    const { spool, sender } = this.#options;
    try {
      await this.#spilled();
      const { error } = await spool.append(this.#takeMemory(), { ignoreLimit: true });
      if (error !== undefined) throw error;
      await spool.close();
    } finally {
      await Promise.race([sender.disconnect(), sleep(1000, undefined, { ref: false })]);
    }
  }

  async #sendLoop(): Promise<void> {
    while (!this.#isOver) {
      if (this.#state !== 'connected') await this.#connect();
      else if (!this.#options.spool.isEmpty) await this.#drain();
      else if (this.#pending.records > 0 || this.#spill !== undefined || !this.#closing)
        await this.#sendPending();
      else return;
    }
  }

  /** Nothing is sent any more, and what is on disk is the next process's. */
  get #isOver(): boolean {
    return this.#stop.signal.aborted;
  }

  /** At once after the first failure, then more and more slowly until a batch was acknowledged. */
  async #connect(): Promise<void> {
    const { sender, logger, retry } = this.#options;
    if (this.#failures > 1) {
      const waitMs = Math.min(retry.maxMs, retry.firstMs * 2 ** Math.min(this.#failures - 2, 20));
      await sleep(waitMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
    try {
      await sender.connect();
      this.#state = 'connected';
      logger.info('connected to Kafka');
    } catch (error) {
      this.#fail(error);
      if (this.#failures === 1)
        logger.warn({ reason: messageOf(error) }, 'Kafka does not answer, trying again');
    }
  }

  /** One batch from memory, once it is full or has waited long enough. */
  async #sendPending(): Promise<void> {
    await this.#untilBatch();
    // Meanwhile older records may be under way to disk: those go first.
    await this.#spilled();
    if (!this.#options.spool.isEmpty) return;
    const batch = this.#pending.shift();
    if (batch === undefined) return;
    this.#inFlight = batch;
    this.#sentAt = Date.now();
    if (await this.#send(batch.records)) {
      await this.#settleInFlight();
    } else {
      await this.#spillAll({ hasFailed: true });
      this.#spilledInFlight = 0;
    }
  }

  /** The batch that was under way has arrived; what the spiller took of it meanwhile need not be sent again. */
  async #settleInFlight(): Promise<void> {
    await this.#spilled();
    this.#inFlight = undefined;
    if (this.#isOver) return;
    // The spool was empty when the batch left, so its records are the first ones.
    const spilled = this.#spilledInFlight;
    this.#spilledInFlight = 0;
    if (spilled > 0) await this.#options.spool.skip(spilled).catch((error) => this.#onUnreadable(error));
  }

  async #drain(): Promise<void> {
    const { spool, maxRecords } = this.#options;
    const batch = await this.#readSpool(maxRecords);
    if (batch.length > 0 && (await this.#send(batch)) && !this.#isOver) await spool.acknowledge(batch.length);
  }

  /** Nothing where the disk cannot be read: then all that is newer waits behind it, and it is tried again with Kafka. */
  async #readSpool(max: number): Promise<readonly OutgoingRecord[]> {
    try {
      return await this.#options.spool.peek(max);
    } catch (error) {
      this.#onUnreadable(error);
      return [];
    }
  }

  #onUnreadable(error: unknown): void {
    this.#fail(error);
    this.#options.logger.error({ reason: messageOf(error) }, 'cannot read the spool, trying again');
  }

  async #send(batch: readonly OutgoingRecord[]): Promise<boolean> {
    const startedAt = performance.now();
    const { isWanted, sender, logger } = this.#options;
    const wanted = batch.filter(isWanted);
    if (wanted.length > 0) {
      this.#askedAt = startedAt;
      try {
        await sender.send(wanted);
      } catch (error) {
        this.#fail(error);
        logger.error({ reason: messageOf(error), records: wanted.length }, 'Kafka took no batch');
        return false;
      } finally {
        this.#askedAt = Number.POSITIVE_INFINITY;
      }
      this.#failures = 0;
      this.#events.acknowledged?.(wanted, performance.now() - startedAt);
    }
    if (wanted.length < batch.length) this.#events.leftOut?.(batch.length - wanted.length);
    return true;
  }

  #fail(error: unknown): void {
    this.#state = 'disconnected';
    this.#failures++;
    this.#events.failed?.(error);
  }

  /**
   * Writes memory to disk, in order, while Kafka is away, or lets it wait for too long. While Kafka takes what is on disk
   * already, the disk is not also written to more often than that: the sooner it is empty.
   */
  async #spillLoop(): Promise<void> {
    const { spool, maxUnsent } = this.#options;
    while (!this.#isOver && !(this.#closing && this.unsent === 0)) {
      const isAway = this.#state !== 'connected' && !spool.isEmpty;
      if (isAway || this.#isStalled() || this.unsent > maxUnsent / 4) await this.#spillAll();
      await sleep(100, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** Kafka owes an answer for too long, or is not there to be asked. */
  #isStalled(): boolean {
    const since = this.#inFlight === undefined ? this.#oldestUnsent() : this.#sentAt;
    return since !== undefined && Date.now() - since > this.#options.stallMs;
  }

  #oldestUnsent(): number | undefined {
    return (this.#inFlight ?? this.#pending.first)?.since;
  }

  /** With `hasFailed` the batch in flight was refused; else it may yet be acknowledged. */
  async #spillAll({ hasFailed = false } = {}): Promise<void> {
    await this.#spilled();
    const since = this.#oldestUnsent();
    if (since === undefined) return;
    const underWay = hasFailed ? undefined : this.#inFlight;
    const done = this.#toDisk(this.#takeMemory(), underWay).finally(() => {
      this.#spill = undefined;
      this.#wake();
    });
    this.#spill = { since, done };
    await done;
  }

  /** Resolves when nothing is under way to disk. */
  async #spilled(): Promise<void> {
    while (this.#spill !== undefined) await this.#spill.done;
  }

  /** @param underWay the first of the records, when they may yet be acknowledged: what of them finds no room is not lost so far */
  async #toDisk(records: readonly OutgoingRecord[], underWay: Batch | undefined): Promise<void> {
    const { spool, logger } = this.#options;
    const { kept, error } = await spool.append(records, { ignoreLimit: this.#closing });
    const inFlight = underWay?.records.length ?? 0;
    // While one batch is under way memory may go to disk several times, and the batch with the first of them.
    this.#spilledInFlight += Math.min(kept, inFlight);
    if (underWay !== undefined && kept < inFlight)
      this.#inFlight = { ...underWay, records: underWay.records.slice(kept) };
    const lost = records.slice(Math.max(kept, inFlight));
    if (lost.length > 0) this.#events.dropped?.(lost, error === undefined ? 'spool full' : 'disk failed');
    // Ten times a second, and the log may be on the same disk.
    if (error !== undefined && !this.#diskFails)
      logger.error({ reason: messageOf(error) }, 'cannot write to the spool');
    this.#diskFails = error !== undefined;
  }

  async #untilBatch(): Promise<void> {
    if (this.#pending.records === 0 && !this.#stop.signal.aborted) await this.#nextWake();
    const batch = this.#pending.first;
    if (batch === undefined || this.#pending.isFull(batch) || this.#closing) return;
    const { lingerMs } = this.#options;
    const waitMs = batch.since + lingerMs - Date.now();
    if (waitMs <= 0) return;
    // Never longer, though the clock was set back.
    const timer = setTimeout(() => this.#wake(), Math.min(waitMs, lingerMs));
    await this.#nextWake();
    clearTimeout(timer);
  }

  #nextWake(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #takeMemory(): OutgoingRecord[] {
    const records = [...(this.#inFlight?.records ?? []), ...this.#pending.takeAll()];
    this.#inFlight = undefined;
    return records;
  }
}
