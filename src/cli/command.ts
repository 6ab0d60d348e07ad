import type { z } from 'zod';
import type { LoadedConfig } from '../config/load.ts';
import type { Output } from '../output/output.ts';
import type { Io } from './io.ts';

export interface ArgumentDefinition {
  /** As the help shows it; the key in the options that the handler receives. */
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  /** Takes all that follow; the handler then receives an array. */
  readonly variadic?: boolean;
  /** What shell completion offers; the command's schema decides what is right. */
  readonly suggestions?: readonly string[];
}

export interface OptionDefinition {
  /** As commander reads it: `-n, --lines <n>`; the long name in camel case is the key the handler receives. */
  readonly flags: string;
  readonly description: string;
  /** Shown in the help; the command's schema applies it. */
  readonly default?: string | number | boolean;
  readonly choices?: readonly string[];
  /** May be given several times (`--channel a --channel b`); the handler receives an array. */
  readonly repeatable?: boolean;
}

export interface GlobalOptions {
  readonly config: string | undefined;
  /** The resolved home directory: absolute. */
  readonly home: string;
  readonly logLevel: string | undefined;
  readonly color: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

/** What every handler receives. Nothing else reaches it: no globals, no process. */
export interface HandlerInput<Options> {
  readonly options: Options;
  readonly global: GlobalOptions;
  readonly io: Io;
  readonly output: Output;
  /** Aborted by SIGINT, SIGTERM and SIGHUP, with the signal's name as the reason, and by the end of our output. */
  readonly signal: AbortSignal;
  /** Resolves all settings, `flags` (by setting name) winning; warnings have been shown. */
  readonly config: (flags?: Readonly<Record<string, unknown>>) => LoadedConfig;
  /** All commands there are: for shell completion, which is made from their definitions. */
  readonly commands: readonly (CommandDefinition | CommandGroup)[];
}

/** One command as plain data: wiring only. The handler is imported when the command runs. */
export interface CommandDefinition<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs below the summary in `--help`. */
  readonly description?: string;
  readonly arguments?: readonly ArgumentDefinition[];
  readonly options?: readonly OptionDefinition[];
  /** `[what to type, what it does]`. */
  readonly examples: readonly (readonly [string, string])[];
  /** Whether `--json` gives one object or a stream of lines; left out where there is no answer. */
  readonly json?: 'object' | 'stream';
  /** Hands everything behind the command's name through unparsed, as the argument list `args`. */
  readonly passThrough?: boolean;
  /** Owns processes or data that an abrupt end would lose: when its output is closed, its signal is aborted instead. */
  readonly endsInOrder?: boolean;
  /** Parses arguments and options, by key, into what the handler takes; its issues become usage errors. */
  readonly schema: z.ZodType<Options>;
  /** The exit code, or nothing for 0. */
  readonly run: (input: HandlerInput<Options>) => Promise<number | undefined>;
}

/** Several commands under one name (`inspect lag`, `inspect ttl`); alone it prints its help. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly examples: readonly (readonly [string, string])[];
  // biome-ignore lint/suspicious/noExplicitAny: each definition keeps its own options type between schema and handler
  readonly commands: readonly CommandDefinition<any>[];
}

/** Keeps the type of a command's options between its schema and its handler. */
export function defineCommand<Options>(definition: CommandDefinition<Options>): CommandDefinition<Options> {
  return definition;
}
