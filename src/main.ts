import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { z } from 'zod';
import type { CommandDefinition, CommandGroup, GlobalOptions } from './cli/command.ts';
import { type Io, processIo } from './cli/io.ts';
import { buildProgram, type Invocation } from './cli/program.ts';
import { watchSignals } from './cli/signals.ts';
import { groupWithoutCommand, invalidOptions, usageError } from './cli/usage-error.ts';
import { commands } from './commands/registry.ts';
import { resolveHome } from './config/home.ts';
import { loadConfig } from './config/load.ts';
import { AppError, exitCodes, toAppError } from './contract/errors.ts';
import { flushed } from './output/flushed.ts';
import { createOutput, type Output } from './output/output.ts';
import { runningStackSettings } from './stack/discover.ts';
import { asErrorUnder } from './stack/home-error.ts';

/** What a command that was asked to end may take for it, unless it ends in order however long that takes. */
const LONGEST_FAREWELL_MS = 5000;

/** The whole program for a real process: runs `argv`, returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const io = processIo();
  const signals = watchSignals();
  let endsInOrder = false;
  endWithOutput(io, argv, () => {
    if (endsInOrder) signals.end('the output was closed');
    else process.exit(signals.exitCode() ?? exitCodes.ok);
  });
  try {
    const code = await run(argv, io, signals.signal, commands, (definition) => {
      endsInOrder = definition.endsInOrder === true;
      if (!endsInOrder) signals.insist(LONGEST_FAREWELL_MS, (exitCode) => process.exit(exitCode));
    });
    await flushed(io.stdout);
    // What still waits for a server that does not answer holds nobody up who has asked us to end.
    if (signals.exitCode() !== undefined) process.exit(signals.exitCode());
    return code;
  } finally {
    signals.dispose();
  }
}

/**
 * Runs one command line and returns its exit code. Never throws, never exits, touches the process only through `io`:
 * tests call it in process.
 */
export async function run(
  argv: readonly string[],
  io: Io,
  signal: AbortSignal,
  definitions: readonly (CommandDefinition | CommandGroup)[] = commands,
  onCommand: (definition: CommandDefinition) => void = () => undefined,
): Promise<number> {
  let invocation: Invocation | undefined;
  try {
    invocation = parse(argv, io, definitions);
    if (invocation === undefined) return exitCodes.ok;
    onCommand(invocation.definition);
    return (await invoke(invocation, io, signal, definitions)) ?? exitCodes.ok;
  } catch (error) {
    if (signal.aborted && error === signal.reason) return exitCodes.ok;
    const appError = toAppError(error);
    plainOutput(io, argv).error(appError);
    const logLevel = invocation?.globals.logLevel ?? io.env.LOG_LEVEL;
    if (appError.code === 'INTERNAL' && (logLevel === 'debug' || logLevel === 'trace'))
      io.stderr.write(`${stackOf(error)}\n`);
    return appError.exitCode;
  }
}

function parse(
  argv: readonly string[],
  io: Io,
  definitions: readonly (CommandDefinition | CommandGroup)[],
): Invocation | undefined {
  let invocation: Invocation | undefined;
  const program = buildProgram(definitions, version(), io, (asked) => {
    invocation = asked;
  });
  if (argv.length === 0) {
    program.outputHelp();
    return undefined;
  }
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    if (error instanceof CommanderError) {
      const group = error.code === 'commander.help' ? groupWithoutCommand(argv, definitions) : undefined;
      if (group === undefined) throw usageError(error, argv, definitions);
      program.commands.find((command) => command.name() === group.name)?.outputHelp();
      return undefined;
    }
    throw error;
  }
  return invocation;
}

async function invoke(
  { definition, path, values, globals }: Invocation,
  io: Io,
  signal: AbortSignal,
  definitions: readonly (CommandDefinition | CommandGroup)[],
) {
  const global = parseGlobals(globals, io);
  const output = createOutput(io, global);
  const options = definition.schema.safeParse(values);
  if (!options.success) throw invalidOptions(definition, path, options.error);
  const input = {
    options: options.data,
    global,
    io,
    output,
    signal,
    commands: definitions,
    config: (flags: Readonly<Record<string, unknown>> = {}) => {
      const loaded = loadConfig({
        flags: { ...flags, LOG_LEVEL: global.logLevel },
        env: io.env,
        file: global.config,
        cwd: io.cwd,
        runningStack: runningStackSettings(global.home),
      });
      for (const warning of loaded.warnings) output.warn(warning);
      return loaded;
    },
  };
  try {
    return await definition.run(input);
  } catch (error) {
    throw asErrorUnder(global.home, error);
  }
}

const globalsSchema = z.object({
  config: z.string().optional(),
  home: z.string().optional(),
  logLevel: z.string().optional(),
  color: z.boolean().default(true),
  quiet: z.boolean().default(false),
  json: z.boolean().default(false),
});

function parseGlobals(globals: Record<string, unknown>, io: Io): GlobalOptions {
  const { home, config, logLevel, ...rest } = globalsSchema.parse(globals);
  return { ...rest, config, logLevel, home: resolveHome(home, io.env, io.cwd) };
}

/**
 * `| head -1` closes our stdout: that is a normal end, and so is a terminal that has gone. A disk that is full ends a
 * command whose data goes there, but not a service whose log does: its words are lost until there is room.
 */
function endWithOutput(io: Io, argv: readonly string[], end: () => void): void {
  const hasGone = ({ code }: NodeJS.ErrnoException) => code === 'EPIPE' || code === 'EIO';
  io.stdout.on('error', (error) => {
    if (hasGone(error)) return end();
    const failure = new AppError('OUTPUT_UNWRITABLE', 'Cannot write the output', { detail: error.message });
    plainOutput(io, argv).error(failure);
    process.exit(failure.exitCode);
  });
  io.stderr.on('error', (error) => {
    if (hasGone(error)) end();
  });
}

/** For what is said outside a command, whose own options may not be known. */
function plainOutput(io: Io, argv: readonly string[]): Output {
  return createOutput(io, {
    json: argv.includes('--json'),
    quiet: false,
    color: !argv.includes('--no-color'),
  });
}

function version(): string {
  const manifest = new URL('../package.json', import.meta.url);
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8'))).version;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
