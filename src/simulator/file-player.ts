import { readFileSync } from 'node:fs';
import { AppError, messageOf } from '../contract/errors.ts';
import { channelOf, parseIrcLine, tagOf } from '../twitch/irc-line.ts';
import { keepPace } from './pace.ts';
import type { ChatServer } from './server.ts';

interface FileLine {
  readonly raw: string;
  readonly command: string;
  /** None: it goes to everyone. */
  readonly channel: string | undefined;
}

export interface LineFile {
  readonly lines: readonly FileLine[];
  /** Channels in the order in which they appear. */
  readonly channels: readonly string[];
  /** room-ids as the lines say them, by channel. */
  readonly roomIds: ReadonlyMap<string, string>;
}

/**
 * Reads a file of raw IRC lines; empty lines are left out.
 * @throws AppError FILE_UNREADABLE.
 */
export function readLineFile(path: string): LineFile {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', `Cannot read ${path}`, { detail: messageOf(cause), cause });
  }
  return toLineFile(content.split(/\r?\n/));
}

export function toLineFile(rawLines: readonly string[]): LineFile {
  const channels = new Set<string>();
  const roomIds = new Map<string, string>();
  const lines = rawLines
    .filter((raw) => raw !== '')
    .map((raw) => {
      const line = parseIrcLine(raw);
      const channel = line === undefined ? undefined : channelOf(line);
      if (line !== undefined && channel !== undefined) {
        channels.add(channel);
        const roomId = tagOf(line, 'room-id');
        if (roomId && !roomIds.has(channel)) roomIds.set(channel, roomId);
      }
      return { raw, command: line?.command ?? 'unreadable', channel };
    });
  return { lines, channels: [...channels], roomIds };
}

export interface FileProgress {
  readonly sent: number;
  readonly byCommand: ReadonlyMap<string, number>;
  /** Lines that were not sent yet. */
  readonly waiting: number;
  /** Channels whose turn has come and that nobody is in. */
  readonly unheardChannels: readonly string[];
}

export interface FilePlayer {
  /** To be told of every join. */
  joined(): void;
  /** Plays all lines once; resolves when the last one was sent, or when aborted. */
  play(signal: AbortSignal): Promise<void>;
  progress(): FileProgress;
}

export interface FilePlayerOptions {
  readonly file: LineFile;
  readonly server: ChatServer;
  readonly rate: number;
  /** When not all channels were joined, play begins this long after the last JOIN. Default 1000. */
  readonly settleMs?: number;
}

/** More bytes than this on the way to the slowest client, and the player waits for it. */
const MAX_BACKLOG_BYTES = 1024 * 1024;

/**
 * Plays the lines of a file so that none is lost: it begins when all channels of the file are joined, or when joining
 * has come to rest; the lines of a channel that nobody is in wait, in order, until somebody is.
 */
export function createFilePlayer({ file, server, rate, settleMs = 1000 }: FilePlayerOptions): FilePlayer {
  const queues = new Map<string, FileLine[]>();
  const byCommand = new Map<string, number>();
  let next = 0;
  let sent = 0;
  let started = false;
  let lastJoinAt: number | undefined;

  const isReady = () => {
    const allJoined = server.clients() > 0 && file.channels.every((channel) => server.listeners(channel) > 0);
    const settled = lastJoinAt !== undefined && performance.now() - lastJoinAt >= settleMs;
    started ||= allJoined || settled;
    return started;
  };
  const sendOne = ({ channel, raw, command }: FileLine): boolean => {
    const receivers = channel === undefined ? server.broadcastAll(raw) : server.broadcast(channel, raw);
    if (receivers === 0) return false;
    sent++;
    byCommand.set(command, (byCommand.get(command) ?? 0) + 1);
    return true;
  };
  const hold = (channel: string, line: FileLine) => {
    const queue = queues.get(channel);
    if (queue === undefined) queues.set(channel, [line]);
    else queue.push(line);
  };
  const releaseHeld = (count: number): number => {
    let released = 0;
    for (const [channel, queue] of queues) {
      while (queue[0] !== undefined && released < count && sendOne(queue[0])) {
        queue.shift();
        released++;
      }
      if (queue.length === 0) queues.delete(channel);
    }
    return released;
  };
  const sendDue = (count: number): number => {
    if (!isReady() || server.backlog() > MAX_BACKLOG_BYTES) return 0;
    let done = releaseHeld(count);
    for (; done < count; next++) {
      const line = file.lines[next];
      if (line === undefined) break;
      const { channel } = line;
      if (channel !== undefined && (queues.has(channel) || server.listeners(channel) === 0))
        hold(channel, line);
      else if (sendOne(line)) done++;
      else break;
    }
    server.flush();
    return done;
  };

  return {
    joined() {
      lastJoinAt = performance.now();
    },
    play: (signal) =>
      keepPace({ rate, send: sendDue, done: () => next === file.lines.length && queues.size === 0 }, signal),
    progress: () => ({
      sent,
      byCommand,
      waiting: file.lines.length - sent,
      unheardChannels: [...queues.keys()],
    }),
  };
}
