import type { CommanderError } from 'commander';
import { AppError } from '../contract/errors.ts';

/** A commander parse error as ours; commander's own "(Did you mean --json?)" stays in it. */
export function usageError(error: CommanderError, argv: readonly string[]): AppError {
  const [first = ''] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = /\(Did you mean (.+?)\?\)/.exec(error.message)?.[1];
  const command = argv.find((word) => !word.startsWith('-'));
  const help = command === undefined || error.code === 'commander.unknownCommand' ? '' : ` ${command}`;
  return new AppError('USAGE', sentence(first), {
    hint: suggestion === undefined ? `See \`twitchstats${help} --help\`.` : `Did you mean ${suggestion}?`,
    cause: error,
  });
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
