import type { CommandDefinition, CommandGroup, OptionDefinition } from './command.ts';

export interface CompletionOption {
  /** `--follow`, and `-f` if there is one. */
  readonly names: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  readonly isRepeatable: boolean;
}

/** A command as a shell has to know it. */
export interface CompletionCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletionOption[];
  /** For its arguments. */
  readonly suggestions: readonly string[];
  readonly commands: readonly CompletionCommand[];
}

/** Everything that can be typed, from the definitions that the program is built from. */
export function completionTree(
  definitions: readonly (CommandDefinition | CommandGroup)[],
): CompletionCommand[] {
  return definitions.map(completionCommand);
}

function completionCommand(definition: CommandDefinition | CommandGroup): CompletionCommand {
  const { name, summary } = definition;
  if ('commands' in definition) {
    return {
      name,
      summary,
      options: [help],
      suggestions: [],
      commands: definition.commands.map(completionCommand),
    };
  }
  const own = (definition.options ?? []).map(completionOption);
  const json = definition.json === undefined ? [] : [plain('--json', 'print JSON')];
  return {
    name,
    summary,
    options: definition.passThrough === true ? [] : [...own, ...json, ...globals],
    suggestions: (definition.arguments ?? []).flatMap(({ suggestions }) => suggestions ?? []),
    commands: [],
  };
}

function completionOption({ flags, description, choices, repeatable }: OptionDefinition): CompletionOption {
  return {
    names: [...flags.matchAll(/(?<!\S)--?[a-zA-Z][\w-]*/g)].map(([name]) => name),
    description,
    takesValue: /[<[]/.test(flags),
    choices: choices ?? [],
    isRepeatable: repeatable === true,
  };
}

function plain(name: string, description: string): CompletionOption {
  return { names: [name], description, takesValue: false, choices: [], isRepeatable: false };
}

function valued(name: string, description: string, choices: readonly string[] = []): CompletionOption {
  return { names: [name], description, takesValue: true, choices, isRepeatable: false };
}

const help: CompletionOption = { ...plain('--help', 'print help'), names: ['--help', '-h'] };

const globals: readonly CompletionOption[] = [
  valued('--config', 'configuration file'),
  valued('--home', 'where everything lives'),
  valued('--log-level', 'how much is logged', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  plain('--no-color', 'no colours'),
  plain('--quiet', 'no words but errors and data'),
  help,
];

/** What may stand before a command. */
export const programOptions: readonly CompletionOption[] = [
  ...globals,
  plain('--version', 'print the version'),
];
