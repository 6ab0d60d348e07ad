import { z } from 'zod';
import type { MessagePosition } from '../cassandra/archive.ts';
import { ApiProblem } from './problem.ts';

/** Cursors are opaque to callers: base64url of the position of the last row that they got. */

const messageCursor = z.tuple([z.number().int().nonnegative(), z.guid()]);
const windowCursor = z.tuple([z.number().int().nonnegative()]);
const channelCursor = z.tuple([z.string(), z.number().int().nonnegative()]);

export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws ApiProblem bad-request for what is no cursor of messages */
export function decodeMessageCursor(cursor: string): MessagePosition {
  const [timestamp, message_id] = decode(cursor, messageCursor);
  return { timestamp, message_id };
}

/** @throws ApiProblem bad-request for what is no cursor of windows */
export function decodeWindowCursor(cursor: string): number {
  return decode(cursor, windowCursor)[0];
}

/** @throws ApiProblem bad-request for what is no cursor of channels */
export function decodeChannelCursor(cursor: string): { channel_id: string; rank: number } {
  const [channel_id, rank] = decode(cursor, channelCursor);
  return { channel_id, rank };
}

function decode<Schema extends z.ZodType>(cursor: string, schema: Schema): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw new ApiProblem('bad-request', 'cursor is not one of this list', { cause });
  }
}
