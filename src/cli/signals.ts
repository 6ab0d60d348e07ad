import { constants } from 'node:os';

const watched = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A person or the system asked us to end; the reason of every aborted signal that a handler sees. */
export class Interruption extends Error {
  readonly signalName: (typeof watched)[number];

  constructor(signalName: (typeof watched)[number]) {
    super(`ended by ${signalName}`);
    this.name = 'Interruption';
    this.signalName = signalName;
  }
}

export interface SignalWatch {
  readonly signal: AbortSignal;
  /** 128 + the number of the signal that ended us (130, 143, 129), or undefined. */
  exitCode(): number | undefined;
  /**
   * Has `end` called with the exit code on a second signal, or when `patienceMs` have passed since the first: for a command
   * that waits for a server which does not answer.
   */
  insist(patienceMs: number, end: (exitCode: number) => void): void;
  /** Aborts as a signal would, but without an exit code of its own. */
  end(why: string): void;
  dispose(): void;
}

/**
 * Turns SIGINT, SIGTERM and SIGHUP into an AbortSignal. A second one is for the handler's own listeners, unless
 * {@link SignalWatch.insist} says otherwise.
 */
export function watchSignals(): SignalWatch {
  const controller = new AbortController();
  let received: (typeof watched)[number] | undefined;
  const exitCode = () => (received === undefined ? undefined : 128 + constants.signals[received]);
  let insisting: (() => void) | undefined;
  let patience: NodeJS.Timeout | undefined;
  const listeners = watched.map((name) => {
    const listener = () => {
      if (received !== undefined) return insisting?.();
      received = name;
      controller.abort(new Interruption(name));
    };
    process.on(name, listener);
    return [name, listener] as const;
  });
  return {
    signal: controller.signal,
    exitCode,
    insist(patienceMs, end) {
      insisting = () => end(exitCode() ?? 0);
      const wait = () => {
        patience = setTimeout(() => insisting?.(), patienceMs).unref();
      };
      controller.signal.addEventListener('abort', wait, { once: true });
    },
    end: (why) => controller.abort(new Error(why)),
    dispose: () => {
      clearTimeout(patience);
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}
