import { expect, onTestFinished, test, vi } from 'vitest';
import { watchSignals } from './signals.ts';

const PATIENCE_MS = 5000;
const SIGHUP_CODE = 129;

function insistingWatch() {
  vi.useFakeTimers();
  const signals = watchSignals();
  const end = vi.fn();
  signals.insist(PATIENCE_MS, end);
  onTestFinished(() => {
    signals.dispose();
    vi.useRealTimers();
  });
  return { signals, end };
}

test('a second signal ends at once, with the exit code of the first', () => {
  const { signals, end } = insistingWatch();
  process.emit('SIGHUP');
  expect(signals.signal.aborted).toBe(true);
  expect(end).not.toHaveBeenCalled();
  process.emit('SIGTERM');
  expect(end).toHaveBeenCalledExactlyOnceWith(SIGHUP_CODE);
});

test('patience with a command that does not end runs from the first signal', () => {
  const { end } = insistingWatch();
  vi.advanceTimersByTime(10 * PATIENCE_MS);
  process.emit('SIGHUP');
  vi.advanceTimersByTime(PATIENCE_MS - 1);
  expect(end).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(end).toHaveBeenCalledExactlyOnceWith(SIGHUP_CODE);
});

test('a command that has ended is not ended again', () => {
  const { signals, end } = insistingWatch();
  process.emit('SIGHUP');
  signals.dispose();
  vi.advanceTimersByTime(PATIENCE_MS);
  expect(end).not.toHaveBeenCalled();
});
