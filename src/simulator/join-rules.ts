/** How a JOIN is answered: confirmed, with a NOTICE, not at all, or by throwing the client out. */
export type JoinAnswer =
  | { readonly kind: 'confirm' }
  | { readonly kind: 'refuse'; readonly notice: string }
  | { readonly kind: 'silence' }
  | { readonly kind: 'throw out' };

const notices = {
  suspend:
    '@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #CHANNEL :This channel does not exist or has been suspended.',
  ban: '@msg-id=msg_banned :tmi.twitch.tv NOTICE #CHANNEL :You are permanently banned from talking in CHANNEL.',
} as const;

export type Refusal = keyof typeof notices | 'ignore-join';

/** Which JOINs Twitch lets in, as a scenario sets it. */
export class JoinRules {
  readonly #refused = new Map<string, Refusal>();
  readonly #joinsOf = new Map<object, number[]>();
  /** JOINs a client may send in 10 seconds. */
  limit = Number.POSITIVE_INFINITY;

  refuse(channel: string, how: Refusal): void {
    this.#refused.set(channel, how);
  }

  allow(channel: string): void {
    this.#refused.delete(channel);
  }

  answer(client: object, channel: string): JoinAnswer {
    if (this.#isTooFast(client)) return { kind: 'throw out' };
    if (!this.#refused.has(channel)) return { kind: 'confirm' };
    const notice = this.notice(channel);
    return notice === undefined ? { kind: 'silence' } : { kind: 'refuse', notice };
  }

  /** What Twitch says of a channel that is refused; nothing when it keeps silent. */
  notice(channel: string): string | undefined {
    const refusal = this.#refused.get(channel);
    if (refusal === undefined || refusal === 'ignore-join') return undefined;
    return notices[refusal].replaceAll('CHANNEL', channel);
  }

  forget(client: object): void {
    this.#joinsOf.delete(client);
  }

  #isTooFast(client: object): boolean {
    const now = performance.now();
    const joins = (this.#joinsOf.get(client) ?? []).filter((at) => at > now - 10_000);
    joins.push(now);
    this.#joinsOf.set(client, joins);
    return joins.length > this.limit;
  }
}
