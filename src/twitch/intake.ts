import type { ChatMessage } from '../contract/chat-message.ts';
import { type IrcLine, parseIrcLine } from './irc-line.ts';
import { RecentIds } from './recent-ids.ts';
import { type SkipReason, toChatMessage } from './to-chat-message.ts';

/** Longer lines are not chat: Twitch allows 8 KiB of tags and 2 KiB of text. */
const MAX_LINE_LENGTH = 65_536;

export interface IntakeOptions {
  readonly includeMirrored: boolean;
  readonly onMessage: (message: ChatMessage) => void;
  /** A message that `reader` heard, before duplicates are removed. */
  readonly onHeard?: (messageId: string, reader: number) => void;
  /** Every line that was read, by its command; `UNREADABLE` when it has none. */
  readonly onLine?: (command: string) => void;
  /** A PRIVMSG that gave no message. */
  readonly onSkipped?: (reason: SkipReason, raw: string) => void;
  /** A line without a command, or one whose handling threw. */
  readonly onUnreadable?: (error: unknown, raw: string) => void;
}

/** From raw lines to messages: the one path for sockets and for `--stdin`. Never throws. */
export interface Intake {
  /**
   * Takes one raw line without its line end; gives its parts to whoever looks for more than chat.
   * @param reader which of several readers heard it, from 0.
   */
  take(raw: string, reader?: number): IrcLine | undefined;
}

export function createIntake(options: IntakeOptions): Intake {
  const seen = new RecentIds();

  const takePrivmsg = (line: IrcLine, reader: number) => {
    if (line.raw.length > MAX_LINE_LENGTH) return options.onSkipped?.('too_long', line.raw);
    const conversion = toChatMessage(line, options);
    if ('skipped' in conversion) return options.onSkipped?.(conversion.skipped, line.raw);
    const { message } = conversion;
    options.onHeard?.(message.message_id, reader);
    if (!seen.add(message.message_id)) return options.onSkipped?.('duplicate', line.raw);
    options.onMessage(message);
  };

  return {
    take(raw, reader = 0) {
      let line: IrcLine | undefined;
      try {
        line = parseIrcLine(raw);
        options.onLine?.(line?.command ?? 'UNREADABLE');
        if (line === undefined) options.onUnreadable?.(new Error('a line without a command'), raw);
        else if (line.command === 'PRIVMSG') takePrivmsg(line, reader);
      } catch (error) {
        options.onUnreadable?.(error, raw);
      }
      return line;
    },
  };
}
