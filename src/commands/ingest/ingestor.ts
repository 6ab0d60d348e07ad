import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../config/settings.ts';
import type { ChatMessage } from '../../contract/chat-message.ts';
import type { GapEvent } from '../../contract/ingest-event.ts';
import { createKafka } from '../../kafka/client.ts';
import { followOptOuts, type OptOutList } from '../../kafka/opt-out-list.ts';
import { createRecordSender } from '../../kafka/record-sender.ts';
import { RecordWriter } from '../../kafka/record-writer.ts';
import type { WriterState } from '../../kafka/record-writer-options.ts';
import { type LostOnDisk, type OutgoingRecord, Spool } from '../../kafka/spool.ts';
import type { Logger } from '../../output/logger.ts';
import type { Gap } from '../../twitch/coverage.ts';
import { createIntake, type Intake } from '../../twitch/intake.ts';
import { Reader, type ReaderStatus } from '../../twitch/reader.ts';
import { ReaderAgreement } from '../../twitch/reader-agreement.ts';
import { EarlierRun } from './earlier-run.ts';
import { createHeardFile, type HeardFile } from './heard-file.ts';
import { HeardMarks, type HeardUntil } from './heard-marks.ts';
import type { Health } from './http.ts';
import { LostRecords } from './lost-records.ts';
import { createIngestMetrics, type IngestCounters, type IngestMetrics } from './metrics.ts';
import { authorOf } from './record-author.ts';

export interface IngestorOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  /** Holds the spool and the book of what was heard. */
  readonly directory: string;
  readonly includeMirrored: boolean;
  readonly readers: number;
  readonly joinsPer10s: number;
  readonly rotateMs: number;
  readonly spoolLimitBytes: number;
  /** Messages that found no room become gaps; false when whoever started this reads them all again. */
  readonly tellsLosses: boolean;
}

/** The body of `GET /health`. */
export interface IngestHealth extends Health {
  readonly twitch: ReaderStatus;
  readonly kafka: { readonly state: WriterState };
  readonly counters: IngestCounters;
}

/** Gaps that last are told this often; so is what had to be dropped. */
const FLUSH_GAPS_MS = 10_000;
const WRITE_HEARD_MS = 250;
/** Short: after it the batch goes to disk, and a new producer is made. */
const KAFKA_RETRY = { retries: 3, initialRetryTime: 100, maxRetryTime: 1000 };
/** What one reader has not heard so long after the other, it has missed. */
const SETTLE_AGREEMENT_MS = 10_000;

/** Twitch on one side, Kafka on the other: the parts of `twitchstats ingest`, wired. */
export class Ingestor {
  readonly reader: Reader;
  readonly intake: Intake;
  readonly metrics: IngestMetrics;
  readonly #options: IngestorOptions;
  readonly #spool: Spool;
  readonly #writer: RecordWriter;
  readonly #lost: LostRecords;
  readonly #heard: HeardFile;
  readonly #earlier: EarlierRun;
  readonly #optOuts: OptOutList;
  readonly #ended = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #marks = new HeardMarks();
  /** Records that an earlier process left on disk, and that could not be read any more. */
  #lostOfEarlierRuns = 0;
  #cannotWriteHeard = false;

  constructor(options: IngestorOptions) {
    const { settings, logger } = options;
    this.#options = options;
    this.#lost = new LostRecords(settings.KAFKA_TOPIC_INGEST_EVENTS);
    this.#heard = createHeardFile(join(options.directory, 'heard.json'));
    this.#earlier = new EarlierRun(this.#heard.read());
    this.#spool = new Spool({
      directory: join(options.directory, 'spool'),
      limitBytes: options.spoolLimitBytes,
      onLost: (lost) => this.#onLostOnDisk(lost),
    });
    this.metrics = createIngestMetrics({
      twitch: () => this.reader.status(),
      spool: () => this.#spool,
      unsent: () => this.#writer.unsent,
    });
    const { metrics } = this;
    this.#optOuts = followOptOuts(settings, { signal: this.#ended.signal, logger });
    const sender = createRecordSender(
      createKafka(settings, { clientId: settings.KAFKA_CLIENT_ID, logger, retry: KAFKA_RETRY }),
    );
    this.#writer = new RecordWriter({
      // Nothing leaves before it is known who has opted out.
      sender: { ...sender, connect: () => sender.connect().then(() => this.#optOuts.load()) },
      isWanted: (record) => !this.#isOptedOut(record),
      spool: this.#spool,
      logger,
      events: {
        acknowledged: (records, tookMs) => metrics.acknowledged(records.length, tookMs),
        failed: () => metrics.sendFailed(),
        leftOut: metrics.optedOut,
        dropped: (records, reason) => {
          metrics.dropped(this.#lost.add(records, reason), reason);
        },
      },
    });
    const agreement = options.readers > 1 ? new ReaderAgreement(options.readers, metrics.missed) : undefined;
    if (agreement !== undefined) {
      this.#timers.push(setInterval(() => agreement.settle(), SETTLE_AGREEMENT_MS).unref());
    }
    this.intake = createIntake({
      includeMirrored: options.includeMirrored,
      onMessage: (message) => this.#take(message),
      ...(agreement === undefined ? {} : { onHeard: (id, reader) => agreement.heard(id, reader) }),
      onLine: metrics.line,
      onSkipped: (reason, raw) => {
        metrics.skipped(reason);
        if (reason !== 'duplicate' && reason !== 'mirrored')
          logger.warn({ reason, raw }, 'skipped a PRIVMSG');
      },
      onUnreadable: (error, raw) => {
        metrics.unreadable();
        logger.warn({ err: error, raw }, 'skipped a line that cannot be read');
      },
    });
    this.reader = new Reader({
      url: settings.TWITCH_IRC_URL,
      identity: identityOf(settings),
      logger,
      readers: options.readers,
      joinsPer10s: options.joinsPer10s,
      rotateMs: options.rotateMs,
      onLine: (raw, reader) => this.intake.take(raw, reader),
      onGap: (gap) => this.#tellGap(gap),
      onReconnect: () => metrics.reconnect(),
    });
  }

  /** Messages in memory and on disk, for who can slow down its source. */
  get waiting(): number {
    return this.#writer.unsent + this.#spool.records;
  }

  /** How many messages that were read are neither in Kafka nor on disk. */
  get lost(): number {
    return this.metrics.droppedRecords() - this.#lostOfEarlierRuns;
  }

  async start(): Promise<void> {
    await this.#spool.open();
    if (!this.#spool.isEmpty) {
      this.#options.logger.info({ records: this.#spool.records }, 'sending what an earlier run left on disk');
    }
    this.#writer.start();
    this.#timers.push(
      setInterval(() => this.#flushGaps(), FLUSH_GAPS_MS),
      setInterval(() => this.#writeHeard(), WRITE_HEARD_MS),
    );
  }

  /**
   * Wants exactly these channels; those that the earlier run heard have a gap since then. Where none is wanted yet it may
   * be that their file is just being written: they wait.
   */
  setChannels(channels: readonly string[]): void {
    this.reader.setChannels(channels, (channel) => this.#earlier.take(channel));
    if (channels.length > 0) for (const gap of this.#earlier.takeUnwanted()) this.#tellNew(gap);
  }

  /**
   * Sends what is left until the deadline, and keeps the rest on disk. To be called when nothing reads any more.
   * @returns how many records wait on disk.
   * @throws the disk's own error. What it could not keep lies behind the mark of what was heard: the next start tells it.
   */
  async close(deadlineMs: number): Promise<number> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#flushGaps();
    try {
      await this.#writer.close(deadlineMs);
    } finally {
      this.#ended.abort();
      await Promise.race([this.#optOuts.closed(), sleep(1000, undefined, { ref: false })]);
    }
    // Every channel was left in order, at a time that the book knows: nothing lies unread in a socket.
    const unsafe = new Set([...this.#lost.channels, ...this.#earlier.channels]);
    this.#keepBook(this.#lost.setBack(this.reader.heardUntil(Date.now())), unsafe);
    const { records } = this.#spool;
    if (records > 0) this.#options.logger.warn({ records }, 'kept on disk for the next start');
    return records;
  }

  health(): IngestHealth {
    const twitch = this.reader.status();
    const kafka = { state: this.#writer.state };
    return {
      status: statusOf(twitch.state, kafka.state, twitch.confirmed.length === twitch.wanted.length),
      twitch,
      kafka,
      counters: this.metrics.counters(),
    };
  }

  #take(message: ChatMessage): void {
    this.metrics.message(Date.now() - message.timestamp);
    if (this.#optOuts.has(message)) {
      this.metrics.optedOut(1);
      return;
    }
    this.#writer.push({
      topic: this.#options.settings.KAFKA_TOPIC_CHAT_MESSAGES,
      key: message.channel_id,
      value: JSON.stringify(message),
    });
  }

  /** An opt-out may have come while the record lay in memory or on disk. */
  #isOptedOut({ topic, key, value }: OutgoingRecord): boolean {
    if (!this.#optOuts.hasAny || topic !== this.#options.settings.KAFKA_TOPIC_CHAT_MESSAGES) return false;
    return this.#optOuts.has({ user_id: authorOf(value), channel_id: key });
  }

  #tellGap({ channelName, channelId, from, to, reason }: Gap): void {
    this.#tellNew({
      type: 'gap',
      channel_id: channelId ?? null,
      channel_name: channelName,
      from,
      to,
      reason,
    });
  }

  #tellNew(event: GapEvent): void {
    this.metrics.gap((event.to - event.from) / 1000);
    this.#tell(event);
  }

  #tell(event: GapEvent): void {
    this.#writer.push({
      topic: this.#options.settings.KAFKA_TOPIC_INGEST_EVENTS,
      key: event.channel_name,
      value: JSON.stringify(event),
    });
    // Not before: what is pushed a millisecond after it was told would pass for safe.
    this.#marks.tell(event.channel_name, event.from, Date.now());
  }

  #flushGaps(): void {
    this.reader.flushGaps();
    for (const gap of this.#lost.takeUntold()) this.#tell(gap);
    const gaps = this.#lost.takeGaps();
    if (this.#options.tellsLosses) for (const gap of gaps) this.#tellNew(gap);
  }

  /** Whose they were, and when they were sent, nobody knows any more: no gap can be told. */
  #onLostOnDisk({ records, path, isOwn }: LostOnDisk): void {
    this.metrics.dropped(records, 'disk damaged');
    if (!isOwn) this.#lostOfEarlierRuns += records;
    this.#options.logger.error({ path, records }, 'records are lost: their file is damaged or was deleted');
  }

  /** Notes until when channels were heard, for the start after a crash. */
  #writeHeard(): void {
    try {
      const { safeUntil } = this.#writer;
      const now = Date.now();
      this.#marks.turn(now, this.reader.heardUntil(now));
      const marks = this.#lost.setBack(this.#marks.withTold(this.#marks.at(safeUntil), safeUntil));
      this.#keepBook(marks);
      this.#cannotWriteHeard = false;
    } catch (error) {
      // Four times a second, and the log may be on the same full disk.
      if (!this.#cannotWriteHeard)
        this.#options.logger.warn({ err: error }, 'cannot write down until when channels were heard');
      this.#cannotWriteHeard = true;
    }
  }

  #keepBook(marks: HeardUntil, unsafe?: ReadonlySet<string>): void {
    this.#heard.write(
      this.#earlier.marksWith(marks),
      this.#earlier.idsWith(this.reader.channelIds()),
      unsafe,
    );
  }
}

function statusOf(twitch: string, kafka: string, allConfirmed: boolean): Health['status'] {
  if (twitch === 'connecting' || kafka === 'connecting') return 'starting';
  if (twitch === 'disconnected' || kafka === 'disconnected') return 'down';
  return allConfirmed ? 'up' : 'degraded';
}

function identityOf({ TWITCH_USERNAME, TWITCH_OAUTH_TOKEN }: Settings) {
  if (TWITCH_USERNAME === undefined || TWITCH_OAUTH_TOKEN === undefined) return undefined;
  return { username: TWITCH_USERNAME, token: TWITCH_OAUTH_TOKEN };
}
