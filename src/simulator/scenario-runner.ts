import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from './ledger.ts';
import type { Fault, Scenario } from './scenario.ts';
import type { BroadcastOptions, ChatServer } from './server.ts';

/** What faults do to the next lines of chat. */
export interface LineFaults {
  /** Turns a line into what is sent, and how. */
  apply(raw: string): { readonly line: string | Buffer; readonly options: BroadcastOptions };
  /** Lines that are to be sent at once, besides those that are due; asking takes them. */
  takeFlood(): number;
}

export interface ScenarioRunner extends LineFaults {
  /** Does each fault at its time, counted from now. Resolves when the last one is over, or when aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** Plays a list of timed faults on a server. */
export function createScenarioRunner(
  scenario: Scenario,
  server: ChatServer,
  ledger?: Ledger,
): ScenarioRunner {
  const left = { drop: 0, dropForAll: true, double: 0, bigTags: 0, invalid: 0, flood: 0 };

  const during = async (seconds: number, signal: AbortSignal, undo: () => void) => {
    await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
    undo();
  };
  const inflict = async (fault: Fault, signal: AbortSignal): Promise<void> => {
    switch (fault.do) {
      case 'reconnect':
        return during(fault.seconds, signal, server.askToReconnect());
      case 'cut':
        return server.cutAll();
      case 'down':
        server.acceptsConnections = false;
        server.cutAll();
        return during(fault.seconds, signal, () => {
          server.acceptsConnections = true;
        });
      case 'half-open':
        return server.dieAll();
      case 'drop-lines':
        left.drop += fault.count;
        left.dropForAll = fault.forAll;
        return;
      case 'double-lines':
        left.double += fault.count;
        return;
      case 'refuse-login':
        server.acceptsLogins = false;
        return during(fault.seconds, signal, () => {
          server.acceptsLogins = true;
        });
      case 'suspend':
      case 'ban':
      case 'ignore-join': {
        server.joins.refuse(fault.channel, fault.do);
        server.putOut(fault.channel, server.joins.notice(fault.channel));
        return during(fault.seconds, signal, () => server.joins.allow(fault.channel));
      }
      case 'deaf':
        return server.deafenAll();
      case 'join-limit':
        server.joins.limit = fault.count;
        return;
      case 'split-frames':
        server.splitFrames(true);
        return during(fault.seconds, signal, () => server.splitFrames(false));
      case 'big-tags':
        left.bigTags += fault.count;
        return;
      case 'invalid-utf8':
        left.invalid += fault.count;
        return;
      case 'flood':
        left.flood += fault.count;
    }
  };

  return {
    async run(signal) {
      const startedAt = performance.now();
      const running = scenario.faults.map(async (fault) => {
        const waitMs = Math.max(0, startedAt + fault.at * 1000 - performance.now());
        await sleep(waitMs, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
        ledger?.write({ type: 'fault', at: Date.now(), fault });
        await inflict(fault, signal);
      });
      await Promise.all(running);
    },
    apply(raw) {
      let line: string | Buffer = raw;
      if (left.bigTags > 0) {
        left.bigTags--;
        line = `@client-nonce=${'x'.repeat(8192 - 15 - (raw.indexOf(' ') - 1))};${raw.slice(1)}`;
      } else if (left.invalid > 0) {
        left.invalid--;
        line = Buffer.concat([Buffer.from(raw), Buffer.from([0x20, 0xff, 0xfe, 0xc3])]);
      }
      if (left.drop > 0) {
        left.drop--;
        return { line, options: { drop: left.dropForAll ? 'all' : 'one' } };
      }
      if (left.double > 0) {
        left.double--;
        return { line, options: { twice: true } };
      }
      return { line, options: {} };
    },
    takeFlood() {
      const lines = left.flood;
      left.flood = 0;
      return lines;
    },
  };
}
