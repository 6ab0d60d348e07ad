import type { GapEvent } from '../../contract/ingest-event.ts';
import type { Unheard } from '../../twitch/reader.ts';
import type { Heard } from './heard-file.ts';
import type { HeardUntil } from './heard-marks.ts';

/** After a longer absence this is a new beginning, not a gap. */
const MAX_ABSENCE_MS = 24 * 3_600_000;
/** So long after it last wrote its book that run still read at most. */
const LAST_WORD_MS = 1000;
const REASON = 'the ingestor was not running';

/** What the run before this one heard, channel by channel, until it is told what came of it. */
export class EarlierRun {
  readonly #endedAt: number;
  readonly #until: Map<string, number>;
  readonly #ids: Heard['ids'];
  readonly #unsafe: Heard['unsafe'];

  constructor({ writtenAt, until, ids, unsafe }: Heard, now = Date.now()) {
    this.#endedAt = Math.min(now, writtenAt + LAST_WORD_MS);
    this.#until = new Map(writtenAt > now - MAX_ABSENCE_MS ? until : []);
    this.#ids = ids;
    this.#unsafe = unsafe;
  }

  /** Until when a channel was heard that is wanted again: its gap begins there. Once. */
  take(channel: string): Unheard | undefined {
    const at = this.#until.get(channel);
    if (at === undefined) return undefined;
    this.#until.delete(channel);
    return { at, reason: REASON, channelId: this.#ids.get(channel) };
  }

  /** Of the channels that nobody wants any more what was read and died with that run. Once. */
  takeUnwanted(): GapEvent[] {
    const gaps = [...this.#until]
      .filter(([channel, at]) => at < this.#endedAt && (this.#unsafe?.has(channel) ?? true))
      .map(([channel, at]) => ({
        type: 'gap' as const,
        channel_id: this.#ids.get(channel) ?? null,
        channel_name: channel,
        from: at,
        to: this.#endedAt,
        reason: REASON,
      }));
    this.#until.clear();
    return gaps;
  }

  /** The channels that were not taken yet: the next run has to know them, if this one ends before. */
  get channels(): ReadonlySet<string> {
    return new Set(this.#until.keys());
  }

  /** The marks of this run, and those that were not taken yet. */
  marksWith(heardUntil: HeardUntil): HeardUntil {
    return this.#until.size === 0 ? heardUntil : new Map([...this.#until, ...heardUntil]);
  }

  idsWith(ids: Heard['ids']): Heard['ids'] {
    return this.#until.size === 0 ? ids : new Map([...this.#ids, ...ids]);
  }
}
