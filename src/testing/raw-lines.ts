import { type Seeded, seeded } from './seeded.ts';

/** One PRIVMSG as the archive must have it. */
export interface ExpectedMessage {
  readonly channelId: string;
  readonly channelName: string;
  readonly messageId: string;
  readonly userId: string;
  readonly text: string;
  readonly timestamp: number;
  readonly emotes: readonly string[];
}

export interface RawChat {
  /** Raw IRC lines in the order in which they are received. */
  readonly lines: readonly string[];
  /** The PRIVMSGs among them. */
  readonly messages: readonly ExpectedMessage[];
}

export interface RawChatOptions {
  readonly seed: number;
  readonly lines: number;
  readonly channels: readonly [RawChannel, ...RawChannel[]];
  /** Epoch milliseconds of the first line. */
  readonly start: number;
  /** Epoch milliseconds behind the last line. */
  readonly end: number;
}

export interface RawChannel {
  readonly name: string;
  readonly id: string;
}

/**
 * Chat as Twitch sends it, warts included, with what must become of it: PRIVMSG among CLEARCHAT, CLEARMSG, USERNOTICE,
 * NOTICE and whispers; emoji beyond the BMP, emotes with offsets out of range, `/me`, bits, replies, tags equal to 1
 * and 0, a PRIVMSG without text; a tenth of the lines is out of send order by up to 400 ms.
 */
export function rawChat(options: RawChatOptions): RawChat {
  const random = seeded(options.seed);
  const messages: ExpectedMessage[] = [];
  const step = (options.end - options.start) / options.lines;
  const timed = Array.from({ length: options.lines }, (_, index) => {
    const sentAt = Math.floor(options.start + index * step);
    const channel = random.pick(options.channels);
    // What arrives late has an older time than its neighbours; the first lines stay inside the range.
    const timestamp = index > 100 && random.chance(0.1) ? sentAt - random.integer(400) : sentAt;
    if (random.chance(0.2)) return otherLine(random, channel, timestamp);
    const { line, message } = privmsg(random, channel, timestamp, index);
    messages.push(message);
    return line;
  });
  return { lines: timed, messages };
}

const words = [
  'hello',
  'nice',
  'wp',
  'привет',
  '你好',
  'ﷺ',
  'lol',
  'e\u0301',
  '100%',
  '"quoted"',
  'a\\b',
  ':)',
] as const;
const emoji = ['😂', '👩‍👩‍👧‍👦', '🏳️‍🌈', '🇫🇷', '🫡'] as const;
const emoteIds = { Kappa: '25', PogChamp: '305954156', Keepo: '1902', LUL: '425618' } as const;
const emoteNames = ['Kappa', 'PogChamp', 'Keepo', 'LUL'] as const;

function privmsg(random: Seeded, channel: RawChannel, timestamp: number, index: number) {
  const userId = random.chance(0.02) ? random.pick(['1', '0']) : String(1000 + random.integer(300));
  const login = `viewer_${userId}`;
  const withoutText = index === 17;
  const text = withoutText ? '' : chatText(random);
  const emotes = findEmotes(text);
  const messageId = random.uuid();
  const tags: Record<string, string> = {
    'badge-info': '',
    badges: random.chance(0.2) ? 'subscriber/12' : '',
    color: '#FF4500',
    'display-name': random.chance(0.02) ? '1' : login,
    emotes: emotesTag(emotes, random, text),
    'first-msg': '0',
    flags: '',
    id: messageId,
    mod: random.pick(['0', '1']),
    'returning-chatter': '0',
    'room-id': channel.id,
    subscriber: '0',
    'tmi-sent-ts': String(timestamp),
    turbo: '0',
    'user-id': userId,
    'user-type': '',
  };
  if (random.chance(0.03)) tags.bits = '100';
  if (random.chance(0.05)) tags['reply-parent-msg-body'] = 'what\\sdo\\syou\\smean\\:\\s;';
  const body = !withoutText && random.chance(0.05) ? `\x01ACTION ${text}\x01` : text;
  const trailing = withoutText ? '' : ` :${body}`;
  const line = `${prefix(tags, login)} PRIVMSG #${channel.name}${trailing}`;
  const message: ExpectedMessage = {
    channelId: channel.id,
    channelName: channel.name,
    messageId,
    userId,
    text,
    timestamp,
    emotes: emotes.map(({ name }) => name),
  };
  return { line, message };
}

function chatText(random: Seeded): string {
  const parts = Array.from({ length: 1 + random.integer(8) }, () => {
    if (random.chance(0.2)) return random.pick(emoteNames);
    return random.chance(0.2) ? random.pick(emoji) : random.pick(words);
  });
  return parts.join(' ') + (random.chance(0.05) ? '  ' : '');
}

interface EmoteAt {
  readonly name: keyof typeof emoteIds;
  /** Code points, first and last inclusive, as Twitch counts. */
  readonly from: number;
  readonly to: number;
}

function findEmotes(text: string): EmoteAt[] {
  const found: EmoteAt[] = [];
  let position = 0;
  for (const word of text.split(' ')) {
    const length = [...word].length;
    const name = emoteNames.find((known) => known === word);
    if (name !== undefined) found.push({ name, from: position, to: position + length - 1 });
    position += length + 1;
  }
  return found;
}

/** Groups places by emote id, as Twitch does; now and then adds a place behind the end of the text. */
function emotesTag(emotes: readonly EmoteAt[], random: Seeded, text: string): string {
  const byId = new Map<string, string[]>();
  for (const { name, from, to } of emotes) {
    const id = emoteIds[name];
    byId.set(id, [...(byId.get(id) ?? []), `${from}-${to}`]);
  }
  if (random.chance(0.02)) byId.set('84608', [`${[...text].length + 3}-${[...text].length + 9}`]);
  return [...byId].map(([id, places]) => `${id}:${places.join(',')}`).join('/');
}

function otherLine(random: Seeded, channel: RawChannel, timestamp: number): string {
  const at = { 'room-id': channel.id, 'tmi-sent-ts': String(timestamp) };
  const server = ':tmi.twitch.tv';
  return random.pick([
    () =>
      `${tagged({ ...at, 'target-user-id': '1234', 'ban-duration': '600' })}${server} CLEARCHAT #${channel.name} :viewer_1234`,
    () => `${tagged(at)}${server} CLEARCHAT #${channel.name}`,
    () =>
      `${tagged({ ...at, login: 'viewer_5', 'target-msg-id': random.uuid() })}${server} CLEARMSG #${channel.name} :gone`,
    () =>
      `${tagged({ ...at, id: random.uuid(), login: 'viewer_7', 'msg-id': 'resub', 'system-msg': 'viewer_7\\ssubscribed' })}${server} USERNOTICE #${channel.name} :still here Kappa`,
    () =>
      `${tagged({ 'msg-id': 'slow_on' })}${server} NOTICE #${channel.name} :This room is now in slow mode.`,
    () =>
      `${tagged({ 'message-id': '8', 'thread-id': '1_2', 'user-id': '77' })}:viewer_77!viewer_77@viewer_77.tmi.twitch.tv WHISPER ${channel.name} :a private word`,
  ])();
}

function prefix(tags: Readonly<Record<string, string>>, login: string): string {
  return `${tagged(tags)}:${login}!${login}@${login}.tmi.twitch.tv`;
}

function tagged(tags: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return `@${pairs.join(';')} `;
}
