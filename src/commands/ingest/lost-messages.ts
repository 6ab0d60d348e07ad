import { chatMessageSchema } from '../../contract/chat-message.ts';
import type { GapEvent } from '../../contract/ingest-event.ts';
import type { DropReason } from '../../kafka/record-writer.ts';
import type { OutgoingRecord } from '../../kafka/spool.ts';

/** Sums messages that could not be kept up into gaps, one a channel and reason, by the time the messages were sent. */
export class LostMessages {
  readonly #gaps = new Map<string, { -readonly [Key in keyof GapEvent]: GapEvent[Key] }>();

  add(records: readonly OutgoingRecord[], reason: DropReason): void {
    for (const { value } of records) {
      const message = chatMessageSchema.safeParse(JSON.parse(value)).data;
      if (message === undefined) continue;
      const { channel_id, channel_name = channel_id, timestamp } = message;
      const key = `${channel_id} ${reason}`;
      const gap = this.#gaps.get(key);
      if (gap === undefined) {
        const from = timestamp;
        this.#gaps.set(key, { type: 'gap', channel_id, channel_name, from, to: timestamp + 1, reason });
      } else {
        gap.from = Math.min(gap.from, timestamp);
        gap.to = Math.max(gap.to, timestamp + 1);
      }
    }
  }

  /** The gaps since the last call. */
  take(): GapEvent[] {
    const gaps = [...this.#gaps.values()];
    this.#gaps.clear();
    return gaps;
  }
}
