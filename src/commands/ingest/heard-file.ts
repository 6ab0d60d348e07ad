import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const fileSchema = z.object({ heard_until: z.record(z.string(), z.number()) });

/**
 * Until when each channel was heard, and what was heard was safe (epoch ms). Written a few times a second, so that the next
 * start can say what a crash has cost.
 */
export interface HeardFile {
  /** What an earlier process left; nothing when there is no file, or none that can be read. */
  read(): ReadonlyMap<string, number>;
  write(heardUntil: ReadonlyMap<string, number>): void;
}

/** For lines that no channel is read for: the book is of channels, and stays as a reader left it. */
export const noHeardFile: HeardFile = { read: () => new Map(), write: () => undefined };

export function createHeardFile(path: string): HeardFile {
  return {
    read() {
      try {
        const { heard_until } = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
        return new Map(Object.entries(heard_until));
      } catch {
        return new Map();
      }
    },
    write(heardUntil) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, JSON.stringify({ heard_until: Object.fromEntries(heardUntil) }));
      renameSync(`${path}.new`, path);
    },
  };
}
