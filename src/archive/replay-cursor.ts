import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import type { MessageCursor } from '../cassandra/message-pages.ts';
import { AppError, hasCode, messageOf } from '../contract/errors.ts';
import { parseJson } from '../contract/json-text.ts';

const cursorSchema = z.object({
  channel_id: z.string().min(1),
  timestamp: z.number().int().nonnegative(),
  message_id: z.guid(),
});

/**
 * Reads where an earlier replay of the channel stood; undefined when there is no such file yet.
 * @throws AppError FILE_UNREADABLE when it is no cursor or cannot be read, USAGE when it is another channel's
 */
export async function readCursor(file: string, channelId: string): Promise<MessageCursor | undefined> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined;
    throw new AppError('FILE_UNREADABLE', `Cannot read ${file}`, { detail: messageOf(cause), cause });
  }
  const parsed = cursorSchema.safeParse(parseJson(content));
  if (!parsed.success) {
    throw new AppError('FILE_UNREADABLE', `${file} is not what \`replay --resume\` writes`, {
      hint: 'Name another file for --resume; it is left as it is.',
    });
  }
  const { channel_id, timestamp, message_id } = parsed.data;
  if (channel_id !== channelId) {
    throw new AppError('USAGE', `${file} stands in another channel`, {
      detail: `It belongs to channel ${channel_id}, not ${channelId}.`,
      hint: 'Use a file of its own for each channel.',
    });
  }
  return { timestamp, message_id };
}

/** Written beside and renamed, so that a crash leaves the old cursor or the new one, never half of one. */
export async function writeCursor(file: string, channelId: string, cursor: MessageCursor): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(`${JSON.stringify({ channel_id: channelId, ...cursor })}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', `Cannot write ${file}`, { detail: messageOf(cause), cause });
  }
}
