import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../contract/errors.ts';
import { homePaths } from './paths.ts';
import { serviceNames } from './service.ts';

export const serviceStates = [
  'waiting',
  'starting',
  'ready',
  'restarting',
  'failed',
  'stopping',
  'stopped',
] as const;
export type ServiceState = (typeof serviceStates)[number];

/** Whether nothing of it runs, nor is about to. */
export function isIdle(state: ServiceState): boolean {
  return state === 'waiting' || state === 'stopped' || state === 'failed';
}

const identitySchema = z.object({ pid: z.number().int().positive(), started: z.string().min(1) });

const serviceStatusSchema = z.object({
  name: z.enum(serviceNames),
  kind: z.enum(['process', 'task']),
  state: z.enum(serviceStates),
  process: identitySchema.optional(),
  ports: z.record(z.string(), z.number().int()),
  /** Epoch ms. */
  startedAt: z.number().optional(),
  readyAt: z.number().optional(),
  restarts: z.number().int(),
  /** What its probe said, or why it failed. */
  detail: z.string(),
});

const stackStateSchema = z.object({
  version: z.literal(1),
  supervisor: identitySchema,
  /** Where the supervisor takes requests; the token keeps other users of the machine out. */
  control: z.object({ port: z.number().int(), token: z.string() }),
  startedAt: z.number(),
  /** It takes no requests any more, and ends. */
  stopping: z.boolean().optional(),
  infra: z.enum(['local', 'external']),
  demo: z.boolean(),
  channels: z.array(z.string()),
  /** By setting name: how other commands find this stack. No secrets. */
  settings: z.record(z.string(), z.string()),
  services: z.array(serviceStatusSchema),
});

export type ServiceStatus = z.infer<typeof serviceStatusSchema>;
export type StackState = z.infer<typeof stackStateSchema>;

/**
 * What the last supervisor under `home` wrote of itself. That it is there says nothing of whether it runs. Undefined when
 * there is none, or when a crash or a power cut left something unreadable: then there is nothing to know.
 */
export function readStackState(home: string): StackState | undefined {
  try {
    return stackStateSchema.parse(JSON.parse(readFileSync(stateFile(home), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Replaces the file in one step: a reader never sees half of it. Readable by the owner alone. */
export function writeStackState(home: string, state: StackState): void {
  const file = stateFile(home);
  mkdirSync(homePaths(home).stack, { recursive: true });
  writeFileSync(`${file}.tmp`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

/** Writes the state of a running stack down after each change, until it is stopped. */
export interface StateKeeper {
  changed(): void;
  stop(): void;
}

/**
 * While the disk takes nothing, its services matter more than the file: says so once, and tries again until there is room.
 * Other commands see an older state meanwhile.
 */
export function keepStackState(
  home: string,
  current: () => StackState,
  onTrouble: (reason: string) => void,
  retryMs = 5000,
): StateKeeper {
  let retry: NodeJS.Timeout | undefined;
  let isStopped = false;
  const write = () => {
    if (isStopped) return;
    clearTimeout(retry);
    try {
      writeStackState(home, current());
      retry = undefined;
    } catch (error) {
      if (retry === undefined) onTrouble(messageOf(error));
      retry = setTimeout(write, retryMs);
    }
  };
  const stop = () => {
    isStopped = true;
    clearTimeout(retry);
  };
  return { changed: write, stop };
}

export function removeStackState(home: string): void {
  rmSync(stateFile(home), { force: true });
}

function stateFile(home: string): string {
  return join(homePaths(home).stack, 'state.json');
}
