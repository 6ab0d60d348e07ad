/**
 * At most `limit` grants in any `windowMs`; waiters are served in order. One for all connections of the process:
 * Twitch counts JOINs by user (20 in 10 s, 2000 for verified bots) and throws out who joins faster; logins likewise.
 */
export class Limiter {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #waiting: { grant: () => void; signal: AbortSignal }[] = [];
  /** When the grants of the last window were given, oldest first. */
  readonly #granted: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor({ limit, windowMs }: { limit: number; windowMs: number }) {
    this.#limit = limit;
    // Lines may bunch on their way: what leaves in 10 s can arrive in less.
    this.#windowMs = Math.ceil(windowMs * 1.05);
  }

  /** Resolves when the next one may go. Rejects with the signal's reason when aborted before. */
  acquire(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      const grant = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      this.#waiting.push({ grant, signal });
      this.#serve();
    });
  }

  #serve(): void {
    if (this.#timer !== undefined) return;
    const now = performance.now();
    while (this.#granted[0] !== undefined && this.#granted[0] <= now - this.#windowMs) this.#granted.shift();
    while (this.#waiting.length > 0 && this.#granted.length < this.#limit) {
      const next = this.#waiting.shift();
      if (next === undefined || next.signal.aborted) continue;
      this.#granted.push(now);
      next.grant();
    }
    const oldest = this.#granted[0];
    if (this.#waiting.length === 0 || oldest === undefined) return;
    const serveLater = () => {
      this.#timer = undefined;
      this.#serve();
    };
    this.#timer = setTimeout(serveLater, oldest + this.#windowMs - now + 1);
    this.#timer.unref();
  }
}
