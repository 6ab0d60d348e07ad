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
  /** Aborts as a signal would, but without an exit code of its own. */
  end(why: string): void;
  dispose(): void;
}

/** Turns SIGINT, SIGTERM and SIGHUP into an AbortSignal. A second one is for the handler's own listeners. */
export function watchSignals(): SignalWatch {
  const controller = new AbortController();
  let received: (typeof watched)[number] | undefined;
  const listeners = watched.map((name) => {
    const listener = () => {
      if (received !== undefined) return;
      received = name;
      controller.abort(new Interruption(name));
    };
    process.on(name, listener);
    return [name, listener] as const;
  });
  return {
    signal: controller.signal,
    exitCode: () => (received === undefined ? undefined : 128 + constants.signals[received]),
    end: (why) => controller.abort(new Error(why)),
    dispose: () => {
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}
