import { readFileSync } from 'node:fs';

const HEAD = /^\/\*\*\n([\s\S]*?)\n \*\//;

/** The comment at the head of a script, which says how it is called: its answer to `--help`. */
export function usageOf(script: URL): string {
  const [, comment = ''] = HEAD.exec(readFileSync(script, 'utf8')) ?? [];
  return `${comment.replaceAll(/^ \* ?/gm, '')}\n`;
}

/** Ends the process with 2 and what was wrong when `error` is node:util's about the arguments; throws any other. */
export function refuseArguments(error: unknown): never {
  if (!(error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')))
    throw error;
  process.stderr.write(`${error.message}\nnext: --help says how it is called.\n`);
  process.exit(2);
}

/** The value of an option that counts something. @throws TypeError, of the kind that {@link refuseArguments} tells. */
export function positiveInteger(option: string, value: string): number {
  const number = Number(value);
  if (/^[1-9]\d*$/.test(value) && Number.isSafeInteger(number)) return number;
  const error = new TypeError(`--${option} takes a positive integer, not '${value}'`);
  throw Object.assign(error, { code: 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' });
}
