import { expect, it, onTestFinished, vi } from 'vitest';
import { secondSignal } from './second-signal.ts';

function afterFirst() {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const second = secondSignal(AbortSignal.abort());
  onTestFinished(() => second.dispose());
  return second;
}

it('counts the first signal that came before anybody listened', () => {
  const second = afterFirst();
  vi.advanceTimersByTime(400);
  process.emit('SIGINT');
  expect(second.signal.aborted).toBe(true);
});

it('takes a Ctrl-C that npx hands on for the one that came before', () => {
  const second = afterFirst();
  vi.advanceTimersByTime(200);
  process.emit('SIGINT');
  expect(second.signal.aborted).toBe(false);
});

it('does not count what `down` sends, however often', () => {
  const listener = () => undefined;
  process.on('SIGTERM', listener);
  onTestFinished(() => {
    process.off('SIGTERM', listener);
  });
  const second = afterFirst();
  vi.advanceTimersByTime(400);
  process.emit('SIGTERM');
  process.emit('SIGTERM');
  expect(second.signal.aborted).toBe(false);
});
