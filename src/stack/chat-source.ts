import { AppError } from '../contract/errors.ts';
import type { ServiceName } from './service.ts';

/** Where a stack's chat comes from. */
export interface ChatSource {
  /** With a simulator, whose channels are read instead of Twitch's. */
  readonly demo: boolean;
  /** As they were asked for: without a # and in small letters. Empty: none, or in a demo the made-up ones. */
  readonly channels: readonly string[];
}

/** What the simulator plays when no channel is asked for: a few big ones among small ones. */
export const demoChannels = ['speedy_otter', 'night_garden', 'retro_lab', 'chess_corner', 'bread_club'];

/** Those that are asked for; in a demo without any, some made-up ones. */
export function stackChannels({ demo, channels }: ChatSource): readonly string[] {
  return demo && channels.length === 0 ? demoChannels : channels;
}

/** The services that are told which channels there are, when they start. */
export const chatServices: readonly ServiceName[] = ['simulator', 'ingest'];

/** Whether a start of these services (none: all) says something about chat. */
export function concernsChat(services: readonly string[]): boolean {
  return services.length === 0 || chatServices.some((name) => services.includes(name));
}

/**
 * What a stack reads that is asked for more: once it has channels, only those of the same source can be added, for what was
 * read is in its topics and its archive.
 * @throws AppError USAGE when Twitch and made-up chat would mix
 */
export function joinSource(current: ChatSource, asked: ChatSource): ChatSource {
  const channels = stackChannels(current);
  if (channels.length === 0) return asked;
  const joined = {
    demo: current.demo || asked.demo,
    channels: [...new Set([...channels, ...asked.channels])],
  };
  if (joined.demo !== current.demo) {
    throw new AppError('USAGE', 'The stack that runs reads Twitch, and cannot play made-up chat beside it', {
      hint: 'Stop it with `twitchstats down` first, or start the demo under another --home with --ports auto.',
    });
  }
  if (joined.demo && !asked.demo && joined.channels.length > channels.length) {
    const added = joined.channels.slice(channels.length);
    throw new AppError('USAGE', `The stack that runs plays made-up chat, and cannot read Twitch beside it`, {
      detail: `asked for: ${added.join(', ')}`,
      hint: 'Stop it with `twitchstats down` first, or let the demo play them too with --demo.',
    });
  }
  return joined;
}

export function isSameSource(left: ChatSource, right: ChatSource): boolean {
  return left.demo === right.demo && stackChannels(left).join(',') === stackChannels(right).join(',');
}
