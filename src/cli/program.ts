import { Command, Option } from 'commander';
import { AppError } from '../contract/errors.ts';
import type { CommandDefinition, CommandGroup, OptionDefinition } from './command.ts';
import type { Io } from './io.ts';
import { unknownCommand } from './usage-error.ts';

export interface Invocation {
  readonly definition: CommandDefinition;
  /** As it is typed: `inspect ttl`. */
  readonly path: string;
  /** Arguments and options by key, unparsed. */
  readonly values: Record<string, unknown>;
  /** The global options, unparsed. */
  readonly globals: Record<string, unknown>;
}

/** Builds the commander program; `onInvoke` is told which command was asked for and with what. */
export function buildProgram(
  definitions: readonly (CommandDefinition | CommandGroup)[],
  version: string,
  io: Io,
  onInvoke: (invocation: Invocation) => void,
): Command {
  const program = new Command('twitchstats')
    .description(
      'Twitch chat through a real streaming pipeline: Kafka, Kafka Streams, Cassandra, an API, a live dashboard.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .enablePositionalOptions()
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      // Parse errors are thrown, and shown by the error boundary in main.ts.
      writeErr: () => undefined,
    });
  addGlobalOptions(program);
  // Most commands have it, and it is theirs to explain.
  program.addOption(new Option('--json').hideHelp());
  for (const definition of definitions) {
    const command =
      'commands' in definition
        ? buildGroup(definition, io, onInvoke)
        : buildCommand(definition, io, onInvoke);
    program.addCommand(command);
  }
  program.addCommand(buildHelp(program, io));
  return program;
}

/** commander's own knows the first level only, and calls a name that is none no error. */
function buildHelp(program: Command, io: Io): Command {
  const command = newCommand(
    {
      name: 'help',
      summary: 'Print the help of a command.',
      examples: [['twitchstats help inspect lag', 'that of one in a group']],
    },
    io,
  ).argument('[command...]', 'as it is typed');
  addGlobalOptions(command);
  return command.action((path: string[]) => {
    let asked = program;
    for (const [depth, name] of path.entries()) {
      const inner = asked.commands.find((one) => one.name() === name);
      if (inner === undefined)
        throw unknownCommand(
          name,
          path.slice(0, depth),
          asked.commands.map((one) => one.name()),
        );
      asked = inner;
    }
    asked.outputHelp();
  });
}

function buildGroup(group: CommandGroup, io: Io, onInvoke: (invocation: Invocation) => void): Command {
  const command = newCommand(group, io).helpCommand(false);
  for (const definition of group.commands) command.addCommand(buildCommand(definition, io, onInvoke));
  return command;
}

function addGlobalOptions(command: Command): void {
  command
    .option('--config <file>', 'configuration file (default: twitchstats.config.json, if there)')
    .option('--home <directory>', 'where everything lives (default: the platform’s data directory)')
    .option('--log-level <level>', 'trace, debug, info, warn, error, fatal, silent')
    .option('--no-color', 'no colours')
    .option('--quiet', 'no words but warnings, errors and data');
}

function buildCommand(
  definition: CommandDefinition,
  io: Io,
  onInvoke: (invocation: Invocation) => void,
): Command {
  const command = newCommand(definition, io);
  for (const { name, description, required, variadic } of definition.arguments ?? []) {
    const inner = variadic ? `${name}...` : name;
    command.argument(required ? `<${inner}>` : `[${inner}]`, description);
  }
  if (definition.passThrough) {
    command
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .argument('[args...]', 'handed through');
  } else {
    for (const option of definition.options ?? []) command.addOption(toOption(option));
    addGlobalOptions(command);
    if (definition.json !== undefined) {
      command.option(
        '--json',
        definition.json === 'object' ? 'print one JSON object' : 'print one JSON object a line',
      );
    }
  }
  command.action(() => {
    const globals = globalValues(command);
    if (globals.json === true && definition.json === undefined)
      throw new AppError('USAGE', `\`twitchstats ${pathOf(command)}\` has no answer that could be JSON`);
    onInvoke({
      definition,
      path: pathOf(command),
      values: { ...command.opts(), ...namedArguments(definition, command) },
      globals,
    });
  });
  return command;
}

function newCommand(
  {
    name,
    summary,
    description,
    examples,
  }: Pick<CommandDefinition, 'name' | 'summary' | 'description' | 'examples'>,
  io: Io,
): Command {
  return new Command(name)
    .summary(summary)
    .description([summary, description].filter(Boolean).join('\n\n'))
    .helpOption('-h, --help', 'print help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      writeErr: () => undefined,
    })
    .addHelpText('after', examplesText(examples));
}

function toOption({ flags, description, default: shown, choices, repeatable }: OptionDefinition): Option {
  const option = new Option(flags, shown === undefined ? description : `${description} (default: ${shown})`);
  if (choices !== undefined) option.choices([...choices]);
  if (repeatable)
    option.argParser((value: string, previous: string[] | undefined) => [...(previous ?? []), value]);
  return option;
}

/**
 * A global option may stand before or behind the command's name; the later one wins. (`optsWithGlobals` would let the
 * program's default for `--no-color` win over the command's flag.)
 */
function globalValues(command: Command): Record<string, unknown> {
  const values: Record<string, unknown> = { ...command.opts() };
  const given = new Set(Object.keys(values).filter((key) => command.getOptionValueSource(key) === 'cli'));
  for (let above = command.parent; above !== null; above = above.parent) {
    for (const [key, value] of Object.entries(above.opts())) {
      if (!given.has(key)) values[key] = value;
      if (above.getOptionValueSource(key) === 'cli') given.add(key);
    }
  }
  return values;
}

function pathOf(command: Command): string {
  const group = command.parent?.parent ? `${command.parent.name()} ` : '';
  return `${group}${command.name()}`;
}

function namedArguments(definition: CommandDefinition, command: Command): Record<string, unknown> {
  const names = definition.passThrough
    ? ['args']
    : (definition.arguments ?? []).map((argument) => argument.name);
  return Object.fromEntries(names.map((name, index) => [name, command.processedArgs[index]]));
}

function examplesText(examples: CommandDefinition['examples']): string {
  if (examples.length === 0) return '';
  const width = Math.max(...examples.map(([typed]) => typed.length));
  return `\nExamples:\n${examples.map(([typed, does]) => `  $ ${typed.padEnd(width)}  ${does}`).join('\n')}`;
}
