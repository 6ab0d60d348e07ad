import type { CommanderError } from 'commander';
import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { AppError } from '../contract/errors.ts';
import type { CommandDefinition } from './command.ts';

/** A commander parse error as ours; commander's own "(Did you mean --json?)" stays in it. */
export function usageError(
  error: CommanderError,
  argv: readonly string[],
  commandNames: readonly string[],
): AppError {
  // `help staus` is no parse error to commander: it shows the program's help and calls that a failure.
  if (error.code === 'commander.help') return unknownCommand(argv[1] ?? '', commandNames);
  const [first = ''] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = /\(Did you mean (.+?)\?\)/s.exec(error.message)?.[1];
  const command = argv.find((word) => commandNames.includes(word));
  const help = command === undefined ? '' : ` ${command}`;
  return new AppError('USAGE', sentence(first), {
    hint: suggestion === undefined ? `See \`twitchstats${help} --help\`.` : `Did you mean ${suggestion}?`,
    cause: error,
  });
}

/** What a command's schema did not accept, each issue named by the flag or argument as the user typed it. */
export function invalidOptions(definition: CommandDefinition, error: z.ZodError): AppError {
  const lines = error.issues.map((issue) => {
    const key = String(issue.path[0] ?? '');
    const reason = issue.code === 'invalid_type' ? `expected ${issue.expected}` : issue.message;
    return key === '' ? reason : `${asTyped(definition, key)}: ${reason}`;
  });
  return new AppError('USAGE', `Wrong use of \`twitchstats ${definition.name}\``, {
    detail: lines.join('\n'),
    hint: `See \`twitchstats ${definition.name} --help\`.`,
  });
}

function asTyped(definition: CommandDefinition, key: string): string {
  const long = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const isOption = definition.options?.some(({ flags }) => flags.split(/[ ,=|]+/).includes(long)) ?? false;
  return isOption ? long : key;
}

function unknownCommand(name: string, commandNames: readonly string[]): AppError {
  const near = closest(name, [...commandNames]);
  const isNear = near !== undefined && distance(name, near) <= Math.max(1, name.length * 0.4);
  return new AppError('USAGE', `Unknown command '${name}'`, {
    hint: isNear ? `Did you mean ${near}?` : 'See `twitchstats --help`.',
  });
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
