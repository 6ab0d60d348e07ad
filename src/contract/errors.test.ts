import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError, errorKinds, toAppError } from './errors.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d) \| (yes|no) \|/gm)].map(
  ([, code, exit, retryable]) => [code, Number(exit), retryable === 'yes'],
);

describe('errors', () => {
  it('have one row each in docs/errors.md, which says the same of them', () => {
    const kinds = Object.entries(errorKinds).map(([code, { exitCode, retryable }]) => [
      code,
      exitCode,
      retryable,
    ]);
    expect(rows).toEqual(kinds);
  });

  it('each say what to type or do next, in a sentence', () => {
    for (const { hint } of Object.values(errorKinds)) expect(hint).toMatch(/^[A-Z].*[.?]$/);
  });

  it('keep what was thrown as their cause, and say it', () => {
    const cause = new Error('socket closed');
    expect(toAppError(cause)).toMatchObject({ code: 'INTERNAL', detail: 'socket closed', cause });
    const ours = new AppError('USAGE', 'no');
    expect(toAppError(ours)).toBe(ours);
  });
});
