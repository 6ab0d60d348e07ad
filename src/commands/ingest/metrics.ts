import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ReaderStatus } from '../../twitch/reader.ts';

/** Commands that get a label of their own; the others are counted together. */
const knownCommands = new Set([
  'PRIVMSG',
  'USERNOTICE',
  'CLEARCHAT',
  'CLEARMSG',
  'NOTICE',
  'ROOMSTATE',
  'JOIN',
  'PART',
  'PING',
  'PONG',
  'WHISPER',
  'RECONNECT',
]);

export interface IngestMetrics {
  readonly registry: Registry;
  line(command: string): void;
  message(delayMs: number): void;
  skipped(reason: string): void;
  unreadable(): void;
  /** Messages of people who have opted out, which go nowhere. */
  optedOut(messages: number): void;
  acknowledged(records: number, tookMs: number): void;
  dropped(records: number, reason: string): void;
  sendFailed(): void;
  reconnect(): void;
  /** `reader`, from 0, alone would have missed so many messages more. */
  missed(reader: number, messages: number): void;
  gap(seconds: number): void;
  /** How many records were dropped so far, whatever the reason. */
  droppedRecords(): number;
  /** The sums, for `/health`. */
  counters(): IngestCounters;
}

export interface IngestCounters {
  readonly lines: number;
  readonly messages: number;
  readonly acknowledged: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly unreadable: number;
  readonly opted_out: number;
  readonly dropped: number;
  readonly reconnects: number;
  readonly gaps: number;
  readonly spooled: number;
  readonly unsent: number;
}

export interface MetricSources {
  readonly twitch: () => ReaderStatus;
  readonly spool: () => { readonly records: number; readonly bytes: number };
  readonly unsent: () => number;
}

/** Lines are counted in plain numbers, and handed to the registry when somebody looks: this is the hot path. */
export function createIngestMetrics(sources: MetricSources): IngestMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const lines = new Map<string, number>();
  const skipped = new Map<string, number>();
  const dropped = new Map<string, number>();
  const missed = new Map<string, number>();
  const sums = {
    messages: 0,
    acknowledged: 0,
    unreadable: 0,
    optedOut: 0,
    sendFailures: 0,
    reconnects: 0,
    gaps: 0,
    gapSeconds: 0,
  };

  const counter = (name: string, help: string, value: () => number) =>
    new Counter({
      name: `twitchstats_ingest_${name}`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  const labelled = (name: string, help: string, label: string, values: ReadonlyMap<string, number>) =>
    new Counter({
      name: `twitchstats_ingest_${name}`,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [key, value] of values) this.inc({ [label]: key }, value);
      },
    });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `twitchstats_ingest_${name}`,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });

  labelled('lines_total', 'IRC lines read, by command', 'command', lines);
  labelled('skipped_total', 'PRIVMSGs that gave no message, by reason', 'reason', skipped);
  labelled(
    'dropped_total',
    'messages that neither Kafka nor the disk could take, by reason',
    'reason',
    dropped,
  );
  labelled('reader_missed_total', 'messages that this reader alone would have missed', 'reader', missed);
  counter('messages_total', 'chat messages read', () => sums.messages);
  counter('acknowledged_total', 'records that Kafka acknowledged', () => sums.acknowledged);
  counter('unreadable_total', 'lines that could not be read', () => sums.unreadable);
  counter('opted_out_total', 'messages of people who have opted out', () => sums.optedOut);
  counter(
    'send_failures_total',
    'batches and connections that Kafka refused, and a spool that cannot be read',
    () => sums.sendFailures,
  );
  counter('reconnects_total', 'connections to Twitch that were lost or replaced', () => sums.reconnects);
  counter(
    'gaps_total',
    'told intervals in which a wanted channel was not heard; a long one is told in slices',
    () => sums.gaps,
  );
  counter('gap_seconds_total', 'their length, over all channels', () => sums.gapSeconds);
  gauge('channels_wanted', 'channels to be in', () => sources.twitch().wanted.length);
  gauge('channels_confirmed', 'channels that are heard', () => sources.twitch().confirmed.length);
  gauge('channels_failed', 'channels that Twitch does not let us in', () => sources.twitch().failed.length);
  gauge('connections_open', 'connections to Twitch', () => sources.twitch().connections.open);
  gauge('unsent', 'messages in memory', () => sources.unsent());
  gauge('spool_records', 'messages on disk, waiting for Kafka', () => sources.spool().records);
  gauge('spool_bytes', 'bytes on disk, waiting for Kafka', () => sources.spool().bytes);
  const delay = new Histogram({
    name: 'twitchstats_ingest_receive_delay_seconds',
    help: 'from Twitch’s time of sending to our receipt',
    buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60],
    registers,
  });
  const batch = new Histogram({
    name: 'twitchstats_ingest_batch_records',
    help: 'records a batch',
    buckets: [1, 5, 20, 100, 250, 500, 1000],
    registers,
  });
  const ack = new Histogram({
    name: 'twitchstats_ingest_ack_seconds',
    help: 'from sending a batch to its acknowledgement',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });

  return {
    registry,
    line: (command) => add(lines, knownCommands.has(command) ? command : 'OTHER', 1),
    message(delayMs) {
      sums.messages++;
      delay.observe(Math.max(0, delayMs) / 1000);
    },
    skipped: (reason) => add(skipped, reason, 1),
    unreadable: () => {
      sums.unreadable++;
    },
    optedOut: (messages) => {
      sums.optedOut += messages;
    },
    acknowledged(records, tookMs) {
      sums.acknowledged += records;
      batch.observe(records);
      ack.observe(tookMs / 1000);
    },
    dropped: (records, reason) => add(dropped, reason, records),
    sendFailed: () => {
      sums.sendFailures++;
    },
    missed: (reader, messages) => add(missed, String(reader + 1), messages),
    reconnect: () => {
      sums.reconnects++;
    },
    gap(seconds) {
      sums.gaps++;
      sums.gapSeconds += seconds;
    },
    droppedRecords: () => total(dropped),
    counters: () => ({
      lines: total(lines),
      messages: sums.messages,
      acknowledged: sums.acknowledged,
      skipped: Object.fromEntries(skipped),
      unreadable: sums.unreadable,
      opted_out: sums.optedOut,
      dropped: total(dropped),
      reconnects: sums.reconnects,
      gaps: sums.gaps,
      spooled: sources.spool().records,
      unsent: sources.unsent(),
    }),
  };
}

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
