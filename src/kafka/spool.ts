import { type FileHandle, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { oneByOne } from '../contract/one-by-one.ts';

/** A record on its way to Kafka. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
}

export interface SpoolOptions {
  readonly directory: string;
  /** Bytes on disk beyond which {@link Spool.append} keeps nothing more. */
  readonly limitBytes: number;
  /** A segment is closed when it is larger. Default 8 MiB. */
  readonly segmentBytes?: number;
  /** Told of records that were on disk and cannot be read any more: the file is damaged, or somebody deleted it. */
  readonly onLost?: (lost: LostOnDisk) => void;
}

export interface LostOnDisk {
  readonly records: number;
  readonly path: string;
  /** Whether this process wrote the file; else one before it did. */
  readonly isOwn: boolean;
}

/** How far an append came. */
export interface Appended {
  /** So many records, from the first on, are on disk. */
  readonly kept: number;
  /** The disk's own error, when that is why not all are. */
  readonly error?: unknown;
}

interface Segment {
  readonly path: string;
  /** Known to be whole; a write that failed half-way may have left more in the file. */
  bytes: number;
  records: number;
  /** Written by this process. */
  readonly isOwn: boolean;
}

/** A segment that is open for appending. */
interface Tail {
  readonly handle: FileHandle;
  readonly segment: Segment;
}

const lineSchema = z.tuple([z.string(), z.string(), z.string()]);

/**
 * A queue of records on disk, in segments of JSON lines, that survives the process. Appended records are synced before
 * `append` returns. A segment goes away when all of it was acknowledged, so after a crash some records are read twice:
 * their consumers count by message id.
 */
export class Spool {
  readonly #options: Required<SpoolOptions>;
  /** Oldest first; the last one may be open for appending. */
  readonly #segments: Segment[] = [];
  #tail: Tail | undefined;
  /** What was read of the oldest segment and not yet taken. */
  #head: { segment: Segment; records: OutgoingRecord[]; next: number } | undefined;
  /** One at a time, in the order of the calls: who reads must not close a segment that is being written. */
  readonly #exclusively = oneByOne();
  #nextNumber = 1;
  #bytes = 0;
  #records = 0;

  constructor(options: SpoolOptions) {
    this.#options = { segmentBytes: 8 * 1024 * 1024, onLost: () => undefined, ...options };
  }

  get isEmpty(): boolean {
    return this.#records === 0;
  }

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Finds what an earlier process left. */
  async open(): Promise<void> {
    await mkdir(this.#options.directory, { recursive: true });
    const names = (await readdir(this.#options.directory))
      .filter((name) => /^\d{10}\.jsonl$/.test(name))
      .sort();
    for (const name of names) {
      const path = join(this.#options.directory, name);
      const { size } = await stat(path);
      const { records, unreadable } = await this.#read(path, size);
      const lost = unreadable.length;
      if (lost > 0) this.#options.onLost({ records: lost, path, isOwn: false });
      this.#nextNumber = Number(name.slice(0, 10)) + 1;
      if (records.length === 0) {
        await unlink(path);
        continue;
      }
      this.#segments.push({ path, bytes: size, records: records.length, isOwn: false });
      this.#bytes += size;
      this.#records += records.length;
    }
  }

  /** Writes the records at the end, as far as the limit and the disk allow. Never rejects. */
  append(records: readonly OutgoingRecord[], { ignoreLimit = false } = {}): Promise<Appended> {
    return this.#exclusively(() => this.#append(records, ignoreLimit));
  }

  /**
   * The next records in order, at most `max`, without removing them; call {@link Spool.acknowledge} for that. None only
   * when the spool is empty. Records whose file is gone or damaged are lost.
   * @throws the disk's own error: nothing is forgotten, and the next call reads it again
   */
  peek(max: number): Promise<readonly OutgoingRecord[]> {
    return this.#exclusively(() => this.#peek(max));
  }

  /** Forgets the first `count` records, which {@link Spool.peek} gave. */
  acknowledge(count: number): Promise<void> {
    return this.#exclusively(() => this.#acknowledge(count));
  }

  /**
   * Forgets the first `count` records unread: Kafka has them. Those of them that cannot be read any more are not lost.
   * @throws the disk's own error
   */
  skip(count: number): Promise<void> {
    return this.#exclusively(async () => {
      const left = Math.max(0, this.#records - count);
      while (this.#records > left) {
        const next = await this.#peek(this.#records - left, this.#records - left);
        if (this.#records > left) await this.#acknowledge(Math.min(next.length, this.#records - left));
      }
    });
  }

  close(): Promise<void> {
    return this.#exclusively(() => this.#closeTail());
  }

  async #append(records: readonly OutgoingRecord[], ignoreLimit: boolean): Promise<Appended> {
    let kept = 0;
    try {
      while (kept < records.length) {
        const appended = await this.#fillSegment(records.slice(kept), ignoreLimit);
        if (appended === 0) break;
        kept += appended;
      }
      return { kept };
    } catch (error) {
      return { kept, error };
    }
  }

  /** As many of the records as the open segment and the limit have room for. @throws the disk's own error: none is kept */
  async #fillSegment(records: readonly OutgoingRecord[], ignoreLimit: boolean): Promise<number> {
    const { limitBytes, segmentBytes } = this.#options;
    const tail = await this.#openTail();
    const { segment } = tail;
    const lines: string[] = [];
    let bytes = 0;
    for (const { topic, key, value } of records) {
      const line = `${JSON.stringify([topic, key, value])}\n`;
      const size = Buffer.byteLength(line);
      if (!ignoreLimit && this.#bytes + bytes + size > limitBytes) break;
      lines.push(line);
      bytes += size;
      if (segment.bytes + bytes >= segmentBytes) break;
    }
    if (lines.length === 0) return 0;
    await this.#write(tail, lines.join(''));
    segment.bytes += bytes;
    segment.records += lines.length;
    this.#bytes += bytes;
    this.#records += lines.length;
    // Synced already: nothing is lost when closing fails.
    if (segment.bytes >= segmentBytes) await this.#closeTail().catch(() => undefined);
    return lines.length;
  }

  /** A write that failed may have left half a line: nothing is ever written behind that. */
  async #write({ handle, segment }: Tail, lines: string): Promise<void> {
    try {
      await handle.appendFile(lines);
      await handle.datasync();
    } catch (error) {
      await handle.truncate(segment.bytes).catch(() => undefined);
      await this.#closeTail().catch(() => undefined);
      if (segment.records === 0) {
        this.#segments.pop();
        await unlink(segment.path).catch(() => undefined);
      }
      throw error;
    }
  }

  /** @param settled so many of the first records have arrived: they are nobody's loss */
  async #peek(max: number, settled = 0): Promise<readonly OutgoingRecord[]> {
    let arrived = settled;
    while (this.#head === undefined) {
      const [segment] = this.#segments;
      if (segment === undefined || segment.records === 0) return [];
      // What is read is not appended to any more: one writer and one reader never share a segment.
      if (this.#tail?.segment === segment) await this.#closeTail();
      const { records, unreadable } = await this.#read(segment.path, segment.bytes);
      // Whoever waits for the last record must not wait for one that cannot be read.
      const gone = segment.records - records.length;
      // Those of the middle, and those behind the end.
      const found = records.length + unreadable.length;
      const cut = Math.max(0, segment.records - Math.max(found, arrived));
      const lost = Math.min(gone, unreadable.filter((at) => at >= arrived).length + cut);
      arrived = Math.max(0, arrived - segment.records);
      if (lost > 0) this.#options.onLost({ records: lost, path: segment.path, isOwn: segment.isOwn });
      this.#records -= gone;
      segment.records = records.length;
      if (records.length === 0) await this.#forgetFirst(segment);
      else this.#head = { segment, records, next: 0 };
    }
    const { records, next } = this.#head;
    return records.slice(next, next + max);
  }

  async #acknowledge(count: number): Promise<void> {
    if (this.#head === undefined) return;
    this.#head.next += count;
    this.#records -= count;
    const { segment, records, next } = this.#head;
    if (next < records.length) return;
    this.#head = undefined;
    await this.#forgetFirst(segment);
  }

  /** One that the disk will not let go of is sent once more by the next process, which its consumers undo. */
  async #forgetFirst(segment: Segment): Promise<void> {
    this.#segments.shift();
    this.#bytes -= segment.bytes;
    await unlink(segment.path).catch(() => undefined);
  }

  async #openTail(): Promise<Tail> {
    if (this.#tail !== undefined) return this.#tail;
    const path = join(this.#options.directory, `${String(this.#nextNumber++).padStart(10, '0')}.jsonl`);
    const segment = { path, bytes: 0, records: 0, isOwn: true };
    this.#tail = { handle: await open(path, 'a'), segment };
    this.#segments.push(segment);
    return this.#tail;
  }

  async #closeTail(): Promise<void> {
    const tail = this.#tail;
    this.#tail = undefined;
    await tail?.handle.close();
  }

  /** What is whole of a segment, and which lines are not, from 0. Nothing of one that is gone. @throws the disk's own error */
  async #read(path: string, bytes: number): Promise<{ records: OutgoingRecord[]; unreadable: number[] }> {
    const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    const lines = file.toString('utf8', 0, bytes).split('\n');
    const parsed = lines.map(parseLine);
    // What a power cut or a full disk left of the last line was never said to be on disk.
    const unreadable = [...parsed.slice(0, -1).entries()].flatMap(([at, record]) => (record ? [] : [at]));
    return { records: parsed.filter((record) => record !== undefined), unreadable };
  }
}

function parseLine(line: string): OutgoingRecord | undefined {
  try {
    const [topic, key, value] = lineSchema.parse(JSON.parse(line));
    return { topic, key, value };
  } catch {
    return undefined;
  }
}
