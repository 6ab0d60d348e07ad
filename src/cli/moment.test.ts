import { describe, expect, it } from 'vitest';
import { AppError } from '../contract/errors.ts';
import { parseMoment } from './moment.ts';

// A Monday, 13:30 in Paris.
const paris = { now: Date.parse('2026-11-23T12:30:00Z'), timeZone: 'Europe/Paris' };

describe('moments', () => {
  it.each([
    ['2026-11-01T10:00', '2026-11-01T09:00:00.000Z'],
    ['2026-11-01 10:00:05.25', '2026-11-01T09:00:05.250Z'],
    ['2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['2026-11-01T10:00Z', '2026-11-01T10:00:00.000Z'],
    ['2026-11-01T10:00+05:30', '2026-11-01T04:30:00.000Z'],
    ['2026-11-01T10:00:00-0800', '2026-11-01T18:00:00.000Z'],
    ['1784030400501', '2026-07-14T12:00:00.501Z'],
    ['now', '2026-11-23T12:30:00.000Z'],
    ['-2h', '2026-11-23T10:30:00.000Z'],
    ['+90s', '2026-11-23T12:31:30.000Z'],
    ['yesterday', '2026-11-21T23:00:00.000Z'],
    ['today', '2026-11-22T23:00:00.000Z'],
    ['yesterday 18:00', '2026-11-22T17:00:00.000Z'],
    ['yesterday evening', '2026-11-22T19:00:00.000Z'],
    ['last friday at 3pm', '2026-11-20T14:00:00.000Z'],
    ['2 hours ago', '2026-11-23T10:30:00.000Z'],
    ['2 days ago', '2026-11-21T12:30:00.000Z'],
    ['10:30', '2026-11-23T09:30:00.000Z'],
  ])('reads %s', (text, iso) => {
    expect(new Date(parseMoment('--from', text, paris)).toISOString()).toBe(iso);
  });

  it.each([
    '',
    'foo',
    '2026-13-01',
    '2026-02-30',
    '2026-11-01T25:00',
    'yesterday or so',
    '12',
    '10:00 to 11:00',
  ])('does not guess at %j', (text) => {
    expect(() => parseMoment('--from', text, paris)).toThrow(/is not a time that I understand/);
  });

  it('says what was not understood, why, and what to write', () => {
    const error = failure(() => parseMoment('--to', '1784030400', paris));
    expect(error.message).toBe('--to: "1784030400" is not a time that I understand');
    expect(error.detail).toContain('looks like seconds');
    expect(error.hint).toContain('--to 2026-11-01T10:00');
    expect(error.exitCode).toBe(2);
  });
});

function failure(call: () => unknown): AppError {
  try {
    call();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('nothing was thrown');
}
