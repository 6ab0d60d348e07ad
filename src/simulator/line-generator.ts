import { Random, WeightedIndex, zipf } from './random.ts';
import { roomIdOf } from './rooms.ts';
import { colors, type Emote, emoji, emotes, nameParts, phrases } from './vocabulary.ts';

export interface GeneratedLine {
  readonly channel: string;
  /** The raw line, without its line end. */
  readonly raw: string;
  readonly messageId: string;
}

export interface LineGenerator {
  /** The next line, sent at `sentAt` (epoch ms). All else follows from the seed and how many came before. */
  next(sentAt: number): GeneratedLine;
}

interface Chatter {
  readonly login: string;
  readonly userId: string;
  /** The tags before `emotes` and the last ones, rendered once: they are the same in each of the chatter's lines. */
  readonly tagsBefore: string;
  readonly tagsAfter: string;
}

interface Room {
  readonly name: string;
  readonly id: string;
  readonly chatters: readonly [Chatter, ...Chatter[]];
  readonly byActivity: WeightedIndex;
  /** The emote that the room is mad about, and for how many lines it still is. */
  craze: { emote: Emote; left: number };
  lastMessage: { id: string; chatter: Chatter; text: string } | undefined;
}

/**
 * Endless chat lines of the given channels: a few big channels and many small ones, a few loud chatters in each, crazes
 * of one repeated emote, emoji, `/me`, bits and replies. Deterministic.
 */
export function createLineGenerator(channels: readonly string[], seed: number): LineGenerator {
  const random = new Random(seed);
  const rooms = channels.map((name, rank) => createRoom(name, rank, seed));
  const byActivity = new WeightedIndex(zipf(rooms.length));

  return {
    next(sentAt) {
      const room = rooms[byActivity.draw(random)];
      if (room === undefined) throw new Error('no channels to speak in');
      return lineOf(room, random, sentAt);
    },
  };
}

function lineOf(room: Room, random: Random, sentAt: number): GeneratedLine {
  const chatter = room.chatters[room.byActivity.draw(random)] ?? room.chatters[0];
  const messageId = random.uuid();
  const kind = random.unit();
  const { text, emotesTag, emoteOnly } = speak(room, random);
  let extra = '';
  let said = text;
  if (kind < 0.01) {
    const bits = random.pick([1, 10, 100, 500]);
    extra = `bits=${bits};`;
    said = `${text} Cheer${bits}`;
  } else if (kind < 0.04) said = `\x01ACTION ${text}\x01`;
  else if (kind < 0.08 && room.lastMessage !== undefined) extra = replyTags(room.lastMessage);
  if (emoteOnly && said === text) extra += 'emote-only=1;';
  room.lastMessage = { id: messageId, chatter, text };
  const raw =
    `@${chatter.tagsBefore}${extra}emotes=${emotesTag};first-msg=0;flags=;id=${messageId};mod=0;` +
    `returning-chatter=0;room-id=${room.id};${chatter.tagsAfter}tmi-sent-ts=${sentAt};turbo=0;` +
    `user-id=${chatter.userId};user-type= ` +
    `:${chatter.login}!${chatter.login}@${chatter.login}.tmi.twitch.tv PRIVMSG #${room.name} :${said}`;
  return { channel: room.name, raw, messageId };
}

function speak(room: Room, random: Random): { text: string; emotesTag: string; emoteOnly: boolean } {
  if (room.craze.left === 0 && random.chance(0.01)) {
    room.craze = { emote: random.pick(emotes), left: 20 + random.below(80) };
  }
  if (room.craze.left > 0) {
    room.craze.left--;
    if (random.chance(0.7)) return repeated(room.craze.emote, 1 + random.below(5));
  }
  const style = random.unit();
  if (style < 0.12) return repeated(random.pick(emotes), 1 + random.below(3));
  const words: string[] = [random.pick(phrases)];
  if (style < 0.3) words.push(random.pick(emoji));
  if (style > 0.75) {
    const [code, id] = random.pick(emotes);
    const before = words.join(' ');
    // Offsets count code points, so an emoji before the emote is one, not two.
    const from = codePoints(before) + 1;
    return {
      text: `${before} ${code}`,
      emotesTag: `${id}:${from}-${from + code.length - 1}`,
      emoteOnly: false,
    };
  }
  return { text: words.join(' '), emotesTag: '', emoteOnly: false };
}

function repeated([code, id]: Emote, times: number) {
  let text = code;
  let emotesTag = `${id}:0-${code.length - 1}`;
  for (let time = 1; time < times; time++) {
    const from = time * (code.length + 1);
    text += ` ${code}`;
    emotesTag += `,${from}-${from + code.length - 1}`;
  }
  return { text, emotesTag, emoteOnly: true };
}

function replyTags({ id, chatter, text }: NonNullable<Room['lastMessage']>): string {
  const body = escapeTag(text);
  return (
    `reply-parent-display-name=${chatter.login};reply-parent-msg-body=${body};reply-parent-msg-id=${id};` +
    `reply-parent-user-id=${chatter.userId};reply-parent-user-login=${chatter.login};`
  );
}

function createRoom(name: string, rank: number, seed: number): Room {
  const id = roomIdOf(name);
  const random = new Random(seed ^ Number(id));
  const size = Math.max(12, Math.round(3000 / (rank + 1)));
  const chatters: [Chatter, ...Chatter[]] = [createChatter(random, 0)];
  while (chatters.length < size) chatters.push(createChatter(random, chatters.length));
  return {
    name,
    id,
    chatters,
    byActivity: new WeightedIndex(zipf(size)),
    craze: { emote: emotes[0], left: 0 },
    lastMessage: undefined,
  };
}

function createChatter(random: Random, index: number): Chatter {
  const login = `${random.pick(nameParts.first)}_${random.pick(nameParts.last)}_${index}`;
  const months = random.chance(0.3) ? 1 + random.below(60) : 0;
  const display = random.chance(0.3) ? login.toUpperCase() : login;
  const badge = months > 0 ? `subscriber/${months}` : '';
  return {
    login,
    userId: roomIdOf(login),
    tagsBefore: `badge-info=${badge};badges=${badge};color=${random.pick(colors)};display-name=${display};`,
    tagsAfter: `subscriber=${months > 0 ? 1 : 0};`,
  };
}

const tagEscapes: Readonly<Record<string, string>> = { ';': '\\:', ' ': '\\s', '\\': '\\\\' };

function escapeTag(value: string): string {
  return value.replace(/[; \\]/g, (character) => tagEscapes[character] ?? character);
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
