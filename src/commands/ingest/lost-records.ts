import { chatMessageSchema } from '../../contract/chat-message.ts';
import { type GapEvent, gapEventSchema } from '../../contract/ingest-event.ts';
import type { DropReason } from '../../kafka/record-writer-options.ts';
import type { OutgoingRecord } from '../../kafka/spool.ts';
import { setBack } from './heard-marks.ts';

/**
 * What could not be kept. Messages become gaps, by the time they were sent; gaps that were told and not kept either wait to
 * be told again, for as long as that takes.
 */
export class LostRecords {
  readonly #eventsTopic: string;
  readonly #ofMessages = new GapSums();
  readonly #untold = new GapSums();

  /** @param eventsTopic the topic of gaps; all others have messages */
  constructor(eventsTopic: string) {
    this.#eventsTopic = eventsTopic;
  }

  /** @returns how many of them are messages */
  add(records: readonly OutgoingRecord[], reason: DropReason): number {
    let messages = 0;
    for (const { topic, value } of records) {
      const lost: unknown = JSON.parse(value);
      if (topic === this.#eventsTopic) this.#untold.add(gapEventSchema.parse(lost));
      else {
        messages++;
        this.#ofMessages.add(gapOf(lost, reason));
      }
    }
    return messages;
  }

  /** The gaps of messages since the last call. */
  takeGaps(): GapEvent[] {
    return this.#ofMessages.take();
  }

  /** The gaps that were told before. */
  takeUntold(): GapEvent[] {
    return this.#untold.take();
  }

  /** Those of which something is not told. */
  get channels(): string[] {
    return [...this.#ofMessages.all, ...this.#untold.all].map(({ channel_name }) => channel_name);
  }

  /** Until when channels were heard, set back to before what is not told. */
  setBack(heardUntil: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const untold = [...this.#ofMessages.all, ...this.#untold.all];
    return setBack(
      heardUntil,
      untold.map(({ channel_name, from }) => [channel_name, from]),
    );
  }
}

function gapOf(message: unknown, reason: DropReason): GapEvent {
  const { channel_id, channel_name = channel_id, timestamp } = chatMessageSchema.parse(message);
  return { type: 'gap', channel_id, channel_name, from: timestamp, to: timestamp + 1, reason };
}

/** One gap a channel and reason, from the first to the last: what lies between could not be kept either. */
class GapSums {
  readonly #gaps = new Map<string, GapEvent>();

  get all(): Iterable<GapEvent> {
    return this.#gaps.values();
  }

  add(gap: GapEvent): void {
    const key = `${gap.channel_name} ${gap.reason}`;
    const sum = this.#gaps.get(key);
    if (sum === undefined) this.#gaps.set(key, { ...gap });
    else {
      sum.channel_id ??= gap.channel_id;
      sum.from = Math.min(sum.from, gap.from);
      sum.to = Math.max(sum.to, gap.to);
    }
  }

  take(): GapEvent[] {
    const gaps = [...this.all];
    this.#gaps.clear();
    return gaps;
  }
}
