import type { CommanderError } from 'commander';
import type { z } from 'zod';
import { AppError } from '../contract/errors.ts';
import { nearest } from '../output/nearest.ts';
import type { CommandDefinition, CommandGroup } from './command.ts';

/** A commander parse error as ours; commander's own "(Did you mean --json?)" stays in it. */
export function usageError(
  error: CommanderError,
  argv: readonly string[],
  definitions: readonly (CommandDefinition | CommandGroup)[],
): AppError {
  // No parse error to commander: it shows the program's help and calls that a failure.
  if (error.code === 'commander.help')
    return new AppError('USAGE', 'No command was named', { hint: 'See `twitchstats --help`.' });
  const [first = ''] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = /\(Did you mean (.+?)\?\)/s.exec(error.message)?.[1];
  const help = ['', ...typedPath(argv, definitions)].join(' ');
  return new AppError('USAGE', sentence(first), {
    hint: suggestion === undefined ? `See \`twitchstats${help} --help\`.` : `Did you mean ${suggestion}?`,
    cause: error,
  });
}

/** The group that was named alone, such as `inspect`: commander calls that a failure, and its help is the answer. */
export function groupWithoutCommand(
  argv: readonly string[],
  definitions: readonly (CommandDefinition | CommandGroup)[],
): CommandGroup | undefined {
  const command = named(argv.filter(isWord), definitions);
  return command !== undefined && 'commands' in command ? command : undefined;
}

/**
 * @param path that of the group in which there is no such command, empty for the program's own
 * @param names those that there are
 */
export function unknownCommand(name: string, path: readonly string[], names: readonly string[]): AppError {
  const near = nearest(name, names);
  return new AppError('USAGE', `Unknown command '${[...path, name].join(' ')}'`, {
    hint:
      near === undefined
        ? `See \`${['twitchstats', ...path].join(' ')} --help\`.`
        : `Did you mean ${[...path, near].join(' ')}?`,
  });
}

/** What a command's schema did not accept, each issue named by the flag or argument as the user typed it. */
export function invalidOptions(definition: CommandDefinition, path: string, error: z.ZodError): AppError {
  const lines = error.issues.map((issue) => {
    const key = String(issue.path[0] ?? '');
    const reason = reasonOf(issue);
    return key === '' ? reason : `${asTyped(definition, key)}: ${reason}`;
  });
  return new AppError('USAGE', `Wrong use of \`twitchstats ${path}\``, {
    detail: lines.join('\n'),
    hint: `See \`twitchstats ${path} --help\`.`,
  });
}

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  return issue.message.endsWith('received undefined') ? 'missing' : `expected ${issue.expected}`;
}

/** The names of the command, and of the one in its group, that were understood. */
function typedPath(
  argv: readonly string[],
  definitions: readonly (CommandDefinition | CommandGroup)[],
): string[] {
  const words = argv.filter(isWord);
  const command = named(words, definitions);
  if (command === undefined) return [];
  const inner = 'commands' in command ? named(words, command.commands) : undefined;
  return inner === undefined ? [command.name] : [command.name, inner.name];
}

function isWord(argument: string): boolean {
  return !argument.startsWith('-');
}

/** The first of `words` that names something. */
function named<Named extends { readonly name: string }>(
  words: readonly string[],
  things: readonly Named[],
): Named | undefined {
  return words.flatMap((word) => things.filter(({ name }) => name === word))[0];
}

function asTyped(definition: CommandDefinition, key: string): string {
  const long = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const isOption = definition.options?.some(({ flags }) => flags.split(/[ ,=|]+/).includes(long)) ?? false;
  return isOption ? long : key;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
