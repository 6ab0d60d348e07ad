import type { ChalkInstance } from 'chalk';
import type { AppError } from '../contract/errors.ts';
import { safeJson } from './json.ts';
import { sanitize, sanitizeLines } from './sanitize.ts';

/** What failed, why, what to type next: three parts for a person, one JSON object for a program. */
export function renderError(
  error: AppError,
  { json, paint }: { json: boolean; paint: ChalkInstance },
): string {
  const { code, message, detail, hint, exitCode, retryable } = error;
  if (json) return safeJson({ error: { code, message, detail, hint, exit_code: exitCode, retryable } });
  const lines = [`${paint.red('error:')} ${sanitize(message)}`];
  if (detail !== undefined && detail !== '') {
    lines.push(
      ...sanitizeLines(detail)
        .split('\n')
        .map((line) => `  ${line}`),
    );
  }
  lines.push(`${paint.cyan('next:')} ${sanitize(hint)}`);
  return lines.join('\n');
}
