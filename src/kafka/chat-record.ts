import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import {
  type ChatMessage,
  chatMessageSchema,
  type DecodedChatMessage,
  MAX_EMOTES,
} from '../contract/chat-message.ts';
import type { LogRecord } from './log-connection.ts';

const DAY_MS = 86_400_000;

/** The processor's limits, in UTF-16 units. */
const MAX_TEXT = 65_536;
const MAX_NAME = 256;

/**
 * The message of a record on `twitch-chat-messages`, whole: a missing `channel_name` and `message_id` are filled in as
 * the contract says. Undefined for what the processor sends to the dead letters; the same rules, so that what is shown
 * and recounted here is what is counted there.
 */
export function decodeChatRecord(topic: string, record: LogRecord): ChatMessage | undefined {
  const { key, value, timestamp: recordedAt } = record;
  if (key === null || value === null) return undefined;
  const parsed = chatMessageSchema.safeParse(readJson(value));
  if (!parsed.success) return undefined;
  const { channel_id, channel_name, message_id, ...rest } = parsed.data;
  if (!isAcceptable(parsed.data, recordedAt) || key.toString() !== channel_id) return undefined;
  return {
    channel_id,
    channel_name: channel_name || channel_id,
    message_id: canonicalId(message_id || `${topic}-${record.partition}-${record.offset}`),
    ...rest,
  };
}

const canonical = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** A UUID as Cassandra prints it; any other text as its name-based UUID (version 3, as java.util.UUID makes it). */
export function canonicalId(text: string): string {
  if (canonical.test(text)) return text.toLowerCase();
  const bytes = createHash('md5').update(text).digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x30, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function readJson(value: Buffer): unknown {
  if (!isUtf8(value)) return undefined;
  try {
    const parsed: unknown = JSON.parse(value.toString());
    return typeof parsed === 'object' && parsed !== null ? withoutNulls(parsed) : parsed;
  } catch {
    return undefined;
  }
}

/** Producers of the six fields may leave `emotes` out, and write null for what they do not know. */
function withoutNulls(parsed: object): object {
  const { channel_name, message_id, emotes, ...rest }: Partial<Record<string, unknown>> = { ...parsed };
  return {
    ...rest,
    emotes: emotes ?? [],
    channel_name: channel_name ?? undefined,
    message_id: message_id ?? undefined,
  };
}

const loneSurrogate = /\p{Surrogate}/u;

function isAcceptable(message: DecodedChatMessage, recordedAt: number): boolean {
  const { channel_id, channel_name = '', user_id, username, message: text, timestamp, emotes } = message;
  const names = [channel_id, channel_name, user_id, username, ...emotes];
  return (
    timestamp <= recordedAt + DAY_MS &&
    user_id !== '' &&
    username !== '' &&
    emotes.length <= MAX_EMOTES &&
    text.length <= MAX_TEXT &&
    names.every((name) => name.length <= MAX_NAME) &&
    [text, ...names].every((part) => !part.includes('\0') && !loneSurrogate.test(part))
  );
}
