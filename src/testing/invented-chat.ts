import type { ChannelStats } from '../contract/channel-stats.ts';
import type { ChatMessage } from '../contract/chat-message.ts';

const viewers = [
  ...[
    'mossy_teapot',
    'Kiwi_Comet',
    'lanternfish',
    'rainy_tuesday',
    'OrbitOscar',
    'tiny_tractor',
    'velvet_moth',
  ],
  ...[
    'northern_noodle',
    'captain_crumb',
    'soft_static',
    'paperkite',
    'juniper_jo',
    'lazy_lorry',
    'quartz_and_co',
  ],
];
const emotes = ['Kappa', 'PogChamp', 'LUL', 'HeyGuys', 'BibleThump', 'SeemsGood', 'VoHiYo'];
const sayings = [
  'that combo was unreal',
  'hello from the night shift',
  'what song is this?',
  'we made it to the greenhouse',
  'one more try, you can do it',
  'first time here, love the colours',
  'the little frog is back',
  'chat, is this real?',
  'no way that worked',
  'good evening everyone',
  'clip it, please clip it',
  'brb, tea',
];

/** A channel whose chat is invented: it swells and falls, the same on every run. */
export class InventedChannel {
  readonly #id: string;
  readonly #name: string;
  /** Messages a second, in the mean. */
  readonly rate: number;
  #seed: number;
  #count = 0;
  #lastMessageAt = 0;
  readonly #byEmote = new Map<string, number>();
  readonly #byViewer = new Map<string, number>();

  constructor(id: string, name: string, rate: number) {
    this.#id = id;
    this.#name = name;
    this.rate = rate;
    this.#seed = Number(id);
    this.#count = Math.round(rate * 138);
  }

  /** What is said within the second that ends at `now`. */
  speak(second: number, now: number): ChatMessage[] {
    const swell =
      1 + 0.5 * Math.sin(second / 23 + (this.#seed % 7)) + 1.6 * Math.exp(-(((second - 235) / 14) ** 2));
    const amount = Math.round(this.rate * swell * (0.6 + this.#random() * 0.8));
    return Array.from({ length: amount }, (_, index) =>
      this.#message(now - 999 + Math.floor((index / amount) * 998)),
    );
  }

  stats(start: number, lengthMs: number, now: number): ChannelStats {
    return {
      channel_id: this.#id,
      channel_name: this.#name,
      message_count: this.#count,
      window_start: start,
      window_end: start + lengthMs,
      window_duration_seconds: lengthMs / 1000,
      unique_chatters: Math.round(this.#count * 0.23),
      top_emotes: top(this.#byEmote, 6).map(([emote, count]) => ({ emote, count })),
      top_chatters: top(this.#byViewer, 6).map(([username, count]) => ({
        user_id: userId(username),
        username,
        count,
      })),
      coverage: this.#id === '1001' ? 0.98 : 1,
      last_message_at: this.#lastMessageAt,
      updated_at: now,
    };
  }

  #message(timestamp: number): ChatMessage {
    const username = this.#pick(viewers);
    const said = this.#random() < 0.55 ? [this.#pick(emotes)] : [];
    const words = this.#random() < 0.75 || said.length === 0 ? [this.#pick(sayings)] : [];
    this.#count += 1;
    this.#lastMessageAt = timestamp;
    this.#byViewer.set(username, (this.#byViewer.get(username) ?? 0) + 1);
    for (const emote of said) this.#byEmote.set(emote, (this.#byEmote.get(emote) ?? 0) + 1);
    return {
      channel_id: this.#id,
      channel_name: this.#name,
      message_id: `${this.#id}-${this.#count}`,
      user_id: userId(username),
      username,
      message: [...words, ...said].join(' '),
      timestamp,
      emotes: said,
    };
  }

  /** Skewed, so that top lists have a top. */
  #pick(list: readonly string[]): string {
    return list[Math.floor(this.#random() ** 1.6 * list.length)] ?? '';
  }

  #random(): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return this.#seed / 2_147_483_648;
  }
}

function userId(username: string): string {
  return String(5000 + viewers.indexOf(username));
}

function top(counts: ReadonlyMap<string, number>, limit: number): [string, number][] {
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, limit);
}
