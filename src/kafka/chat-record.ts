import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import {
  type ChatMessage,
  chatMessageSchema,
  type DecodedChatMessage,
  MAX_EMOTES,
  MAX_NAME,
} from '../contract/chat-message.ts';
import { parseJson } from '../contract/json-text.ts';
import type { LogRecord } from './log-connection.ts';

const DAY_MS = 86_400_000;

/** The processor's limit, in UTF-16 units. */
const MAX_TEXT = 65_536;

/**
 * The message of a record on `twitch-chat-messages`, whole: a missing `channel_name` and `message_id` are filled in as
 * the contract says. Undefined for what the processor sends to the dead letters; the same rules, so that what is shown
 * and recounted here is what is counted there.
 */
export function decodeChatRecord(topic: string, record: LogRecord): ChatMessage | undefined {
  const { key, value, timestamp: recordedAt } = record;
  if (key === null || value === null || !isUtf8(value)) return undefined;
  const json = value.toString();
  const parsed = chatMessageSchema.safeParse(withoutNulls(parseJson(json)));
  if (!parsed.success) return undefined;
  const message = parsed.data;
  if (!isAcceptable(message, recordedAt) || key.toString() !== message.channel_id) return undefined;
  // UTF-8 has no halves of pairs and JSON no raw NUL: both need an escape.
  if (json.includes('\\u') && !isCleanText(message)) return undefined;
  return {
    channel_id: message.channel_id,
    channel_name: message.channel_name || message.channel_id,
    message_id: canonicalId(message.message_id || `${topic}-${record.partition}-${record.offset}`),
    user_id: message.user_id,
    username: message.username,
    message: message.message,
    timestamp: message.timestamp,
    emotes: message.emotes,
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

/** Producers of the six fields may leave `emotes` out, and write null for what they do not know. */
function withoutNulls(parsed: unknown): unknown {
  if (typeof parsed !== 'object' || parsed === null) return parsed;
  const fields: Partial<Record<string, unknown>> = parsed;
  const { channel_name, message_id, emotes } = fields;
  if (channel_name !== null && message_id !== null && emotes != null) return fields;
  return {
    ...fields,
    emotes: emotes ?? [],
    channel_name: channel_name ?? undefined,
    message_id: message_id ?? undefined,
  };
}

function isAcceptable(message: DecodedChatMessage, recordedAt: number): boolean {
  const { channel_id, channel_name = '', user_id, username, message: text, timestamp, emotes } = message;
  return (
    timestamp <= recordedAt + DAY_MS &&
    user_id !== '' &&
    username !== '' &&
    text.length <= MAX_TEXT &&
    channel_id.length <= MAX_NAME &&
    channel_name.length <= MAX_NAME &&
    user_id.length <= MAX_NAME &&
    username.length <= MAX_NAME &&
    emotes.length <= MAX_EMOTES &&
    emotes.every((emote) => emote.length <= MAX_NAME)
  );
}

const nulOrLoneSurrogate = /\0|\p{Surrogate}/u;

function isCleanText({
  channel_id,
  channel_name = '',
  user_id,
  username,
  message,
  emotes,
}: DecodedChatMessage) {
  return [channel_id, channel_name, user_id, username, message, ...emotes].every(
    (text) => !nulOrLoneSurrogate.test(text),
  );
}
