import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isLogin, loginOf } from '../contract/channel-names.ts';
import { AppError, messageOf } from '../contract/errors.ts';

const seconds = z.number().nonnegative();
const count = z.number().int().positive();
const channel = z
  .string()
  .transform(loginOf)
  .refine(isLogin, 'a channel is a Twitch login: letters, digits, _');

/** One fault: when (seconds after the first JOIN) and what. */
const faultSchema = z.discriminatedUnion('do', [
  /** RECONNECT to all clients, which are closed `seconds` later. */
  z.strictObject({ at: seconds, do: z.literal('reconnect'), seconds: seconds.default(30) }),
  /** All connections are cut, without a goodbye. */
  z.strictObject({ at: seconds, do: z.literal('cut') }),
  /** All connections are cut and new ones refused, for `seconds`. */
  z.strictObject({ at: seconds, do: z.literal('down'), seconds }),
  /** The connections of now stay open, but nothing passes any more, in either direction, ever. */
  z.strictObject({ at: seconds, do: z.literal('half-open') }),
  /** The next `count` lines of chat reach nobody, or one of several clients less. */
  z.strictObject({ at: seconds, do: z.literal('drop-lines'), count, forAll: z.boolean().default(true) }),
  /** The next `count` lines of chat come twice. */
  z.strictObject({ at: seconds, do: z.literal('double-lines'), count }),
  /** Logins are refused, for `seconds`. */
  z.strictObject({ at: seconds, do: z.literal('refuse-login'), seconds }),
  /** Who is in the channel is put out, and JOINs are answered with a NOTICE, for `seconds`. */
  z.strictObject({ at: seconds, do: z.literal('suspend'), channel, seconds }),
  z.strictObject({ at: seconds, do: z.literal('ban'), channel, seconds }),
  /** JOINs of the channel are not answered at all, as for one that does not exist, for `seconds`. */
  z.strictObject({ at: seconds, do: z.literal('ignore-join'), channel, seconds }),
  /** The connections of now go on, but answer no JOIN any more, as was seen of Twitch's after hours. */
  z.strictObject({ at: seconds, do: z.literal('deaf') }),
  /** From now on who sends more JOINs than this in 10 s is thrown out. */
  z.strictObject({ at: seconds, do: z.literal('join-limit'), count }),
  /** WebSocket messages go in fragments of a few bytes, for `seconds`. */
  z.strictObject({ at: seconds, do: z.literal('split-frames'), seconds }),
  /** The next `count` lines of chat have 8 KiB of tags. */
  z.strictObject({ at: seconds, do: z.literal('big-tags'), count }),
  /** The next `count` lines of chat have bytes that are no UTF-8. */
  z.strictObject({ at: seconds, do: z.literal('invalid-utf8'), count }),
  /** `count` lines of chat at once. */
  z.strictObject({ at: seconds, do: z.literal('flood'), count }),
]);

/** The names of all faults. */
export const faultNames: readonly string[] = faultSchema.options.map(({ shape }) => shape.do.value);

export type Fault = z.infer<typeof faultSchema>;

const scenarioSchema = z.strictObject({
  faults: z.array(faultSchema).transform((faults) => [...faults].sort((a, b) => a.at - b.at)),
});

export type Scenario = z.infer<typeof scenarioSchema>;

/** @throws AppError CONFIG_INVALID naming what is wrong. */
export function parseScenario(value: unknown, name = 'the scenario'): Scenario {
  const parsed = scenarioSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('CONFIG_INVALID', `${name} is no scenario`, {
    detail: z.prettifyError(parsed.error),
    hint: 'docs/simulator.md lists the faults.',
  });
}

/** @throws AppError FILE_UNREADABLE, CONFIG_INVALID. */
export function readScenario(path: string): Scenario {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', `Cannot read ${path}`, { detail: messageOf(cause), cause });
  }
  try {
    return parseScenario(JSON.parse(content), path);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('CONFIG_INVALID', `${path} is not JSON`, { detail: messageOf(cause), cause });
  }
}
