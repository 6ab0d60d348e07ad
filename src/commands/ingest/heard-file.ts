import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const fileSchema = z.object({
  written_at: z.number().optional(),
  heard_until: z.record(z.string(), z.number()),
  channel_ids: z.record(z.string(), z.string()).default({}),
  unsafe_channels: z.array(z.string()).optional(),
});

export interface Heard {
  /** When it was written, epoch ms: so long an ingestor ran. 0 when there is none. */
  readonly writtenAt: number;
  readonly until: ReadonlyMap<string, number>;
  /** The room-ids of those channels, where they were known. */
  readonly ids: ReadonlyMap<string, string>;
  /** Those of which not everything that was heard was safe; undefined where nobody can know, as after a crash. */
  readonly unsafe: ReadonlySet<string> | undefined;
}

const nothingHeard: Heard = { writtenAt: 0, until: new Map(), ids: new Map(), unsafe: undefined };

/**
 * Until when each channel was heard, and what was heard was safe (epoch ms). Written a few times a second, so that the next
 * start can say what a crash has cost.
 */
export interface HeardFile {
  /** What an earlier process left; nothing when there is no file, or none that can be read. */
  read(): Heard;
  write(heardUntil: Heard['until'], ids: Heard['ids'], unsafe?: Heard['unsafe']): void;
}

export function createHeardFile(path: string): HeardFile {
  return {
    read() {
      try {
        const { heard_until, written_at, channel_ids, unsafe_channels } = fileSchema.parse(
          JSON.parse(readFileSync(path, 'utf8')),
        );
        const until = new Map(Object.entries(heard_until));
        return {
          writtenAt: written_at ?? Math.max(0, ...until.values()),
          until,
          ids: new Map(Object.entries(channel_ids)),
          unsafe: unsafe_channels && new Set(unsafe_channels),
        };
      } catch {
        return nothingHeard;
      }
    },
    write(heardUntil, ids, unsafe) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(
        `${path}.new`,
        JSON.stringify({
          written_at: Date.now(),
          heard_until: Object.fromEntries(heardUntil),
          channel_ids: Object.fromEntries(ids),
          unsafe_channels: unsafe && [...unsafe],
        }),
      );
      renameSync(`${path}.new`, path);
    },
  };
}
