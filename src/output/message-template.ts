import type { ChatMessage } from '../contract/chat-message.ts';
import { AppError } from '../contract/errors.ts';
import { clockTime, isoTime } from './local-time.ts';
import { nearest } from './nearest.ts';
import { sanitize } from './sanitize.ts';

type Field = (message: ChatMessage, timeZone: string) => string;

/** What may stand between `{{` and `}}`: the fields of a message as in JSON, and its time in words. */
const fields = new Map<string, Field>([
  ['channel_id', ({ channel_id }) => channel_id],
  ['channel_name', ({ channel_name }) => channel_name],
  ['message_id', ({ message_id }) => message_id],
  ['user_id', ({ user_id }) => user_id],
  ['username', ({ username }) => username],
  ['message', ({ message }) => message],
  ['timestamp', ({ timestamp }) => String(timestamp)],
  ['emotes', ({ emotes }) => emotes.join(',')],
  ['iso', ({ timestamp }, timeZone) => isoTime(timestamp, timeZone)],
  ['time', ({ timestamp }, timeZone) => clockTime(timestamp, timeZone)],
]);

export const templateFields: readonly string[] = [...fields.keys()];

/**
 * Compiles `'{{timestamp}} {{username}}: {{message}}'` into what writes a line; `\t` and `\n` stand for tab and line
 * feed. What comes from chat is sanitized, so a line of the template stays one line.
 * @throws AppError USAGE naming a field that there is none of
 */
export function compileTemplate(template: string, timeZone: string): (message: ChatMessage) => string {
  const parts = template.split(/\{\{\s*(.*?)\s*\}\}/).map((part, index) => {
    if (index % 2 === 0) return withControls(part);
    return fields.get(part) ?? unknownField(part);
  });
  return (message) =>
    parts.map((part) => (typeof part === 'string' ? part : sanitize(part(message, timeZone)))).join('');
}

const controls: Readonly<Record<string, string>> = { t: '\t', n: '\n', '\\': '\\' };

function withControls(text: string): string {
  return text.replace(/\\([tn\\])/g, (_, control: string) => controls[control] ?? control);
}

function unknownField(name: string): never {
  const near = nearest(name, templateFields);
  throw new AppError('USAGE', `--template: there is no field {{${name}}}`, {
    detail: `Fields are ${templateFields.join(', ')}.`,
    hint: near === undefined ? 'Write one of these between {{ and }}.' : `Did you mean {{${near}}}?`,
  });
}
