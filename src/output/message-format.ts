import type { ChalkInstance } from 'chalk';
import type { OptionDefinition } from '../cli/command.ts';
import { localTimeZone } from '../cli/time-zone.ts';
import type { ChatMessage } from '../contract/chat-message.ts';
import { AppError } from '../contract/errors.ts';
import { toIrcLine } from './irc-format.ts';
import { safeJson } from './json.ts';
import { calendarDay, clockTime, isoTime } from './local-time.ts';
import { compileTemplate, templateFields } from './message-template.ts';
import { sanitize } from './sanitize.ts';

export const messageFormats = ['pretty', 'json', 'text', 'irc'] as const;
export type MessageFormat = (typeof messageFormats)[number];

/** The flags that choose a format, for the commands that print messages. */
export const formatFlags = {
  format: {
    flags: '-f, --format <format>',
    description: 'pretty (on a terminal), json (when piped), text, or irc: raw lines for ingest --stdin',
    choices: messageFormats,
  },
  template: {
    flags: '--template <text>',
    description: `a line of your own, such as '{{time}} {{username}}: {{message}}'; fields: ${templateFields.join(', ')}`,
  },
} as const satisfies Record<string, OptionDefinition>;

export interface FormatRequest {
  readonly format?: MessageFormat | undefined;
  readonly template?: string | undefined;
  /** `--tz`, resolved; undefined when it was not given. */
  readonly timeZone: string | undefined;
  /** `--json`. */
  readonly json: boolean;
  /** What is written when no format was asked for: json into a pipe or with `--json`, else pretty. */
  readonly streamsJson: boolean;
  readonly isTerminal: boolean;
  /** Messages of several channels may follow each other. */
  readonly showsChannel: boolean;
  readonly paint: ChalkInstance;
}

/** Writes one message as one line, without its line feed; pretty on a terminal puts the date before the first of a day. */
export type MessageFormatter = (message: ChatMessage) => string;

/**
 * How messages are written, for every command that prints them. Human formats are sanitized; json escapes; irc is raw
 * in a pipe and sanitized on a terminal. Pretty shows the machine's own zone, text UTC, unless `--tz` says another.
 * @throws AppError USAGE
 */
export function messageFormatter(request: FormatRequest): MessageFormatter {
  const { format, template, timeZone, streamsJson } = request;
  if (template !== undefined && format !== undefined) {
    throw new AppError('USAGE', '--template and --format exclude each other');
  }
  if (request.json && (template !== undefined || (format ?? 'json') !== 'json')) {
    throw new AppError(
      'USAGE',
      `--json and --${template === undefined ? 'format' : 'template'} exclude each other`,
    );
  }
  const localZone = timeZone ?? localTimeZone();
  if (template !== undefined) return compileTemplate(template, localZone);
  switch (format ?? (streamsJson ? 'json' : 'pretty')) {
    case 'json':
      return (message) => safeJson(message);
    case 'text':
      return (message) => textLine(message, timeZone ?? 'UTC');
    case 'irc':
      return (message) => toIrcLine(message, { forTerminal: request.isTerminal });
    case 'pretty': {
      const line: MessageFormatter = (message) => prettyLine(message, localZone, request);
      return request.isTerminal ? withDays(localZone, request.paint, line) : line;
    }
  }
}

function textLine({ timestamp, channel_name, username, message }: ChatMessage, timeZone: string): string {
  return `${isoTime(timestamp, timeZone)} #${sanitize(channel_name)} ${sanitize(username)}: ${sanitize(message)}`;
}

/** The date, where it is not that of the line before; the first line's where that is not today. */
function withDays(timeZone: string, paint: ChalkInstance, line: MessageFormatter): MessageFormatter {
  let day = calendarDay(Date.now(), timeZone);
  return (message) => {
    const today = calendarDay(message.timestamp, timeZone);
    if (today === day) return line(message);
    day = today;
    return `${paint.dim(`── ${day} ──`)}\n${line(message)}`;
  };
}

const nameColors = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'] as const;

function prettyLine(
  { timestamp, channel_name, user_id, username, message }: ChatMessage,
  timeZone: string,
  { paint, showsChannel }: FormatRequest,
): string {
  const time = paint.dim(clockTime(timestamp, timeZone));
  const channel = showsChannel ? `${paint.dim(`#${sanitize(channel_name)}`)} ` : '';
  return `${time} ${channel}${paint[colorOf(user_id)](sanitize(username))}: ${sanitize(message)}`;
}

/** The same user always in the same colour. */
function colorOf(userId: string): (typeof nameColors)[number] {
  let sum = 0;
  for (let at = 0; at < userId.length; at += 1) sum = (sum * 31 + userId.charCodeAt(at)) >>> 0;
  return nameColors[sum % nameColors.length] ?? 'cyan';
}
