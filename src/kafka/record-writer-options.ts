import type { Logger } from '../output/logger.ts';
import type { RecordSender } from './record-sender.ts';
import type { OutgoingRecord, Spool } from './spool.ts';

export interface RecordWriterOptions {
  readonly sender: RecordSender;
  readonly spool: Spool;
  readonly logger: Logger;
  readonly events?: RecordWriterEvents;
  /** Asked of each record just before it leaves, however long it lay in memory or on disk. All are wanted by default. */
  readonly isWanted?: (record: OutgoingRecord) => boolean;
  /** A batch goes when it has this many records, by default as many as go in one request … */
  readonly maxRecords?: number;
  /** … or this many characters, default 512 Ki … */
  readonly maxLength?: number;
  /** … or when its first record has waited this long, default 20 ms: each request costs broker and consumers CPU. */
  readonly lingerMs?: number;
  /** More records than about this in memory are dropped: neither Kafka nor the disk keeps up. Default 200 000. */
  readonly maxUnsent?: number;
  /** How long an answer may take before everything unsent goes to disk too. Default 2000. */
  readonly stallMs?: number;
  /** How long an answer may take before Kafka is said to be away. Default 5000. */
  readonly silentMs?: number;
  /** First and longest wait between attempts to connect. Default 250 and 5000. */
  readonly retry?: { readonly firstMs: number; readonly maxMs: number };
}

export interface RecordWriterEvents {
  acknowledged?(records: readonly OutgoingRecord[], tookMs: number): void;
  /** A batch or a connection was refused, or the spool cannot be read. */
  failed?(error: unknown): void;
  /** So many records were not wanted any more: told once, when the rest of their batch has arrived. */
  leftOut?(records: number): void;
  /** These records are gone. */
  dropped?(records: readonly OutgoingRecord[], reason: DropReason): void;
}

export type DropReason = 'memory full' | 'spool full' | 'disk failed';

export type WriterState = 'connecting' | 'connected' | 'disconnected';
