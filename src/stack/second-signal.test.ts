import { expect, it, onTestFinished } from 'vitest';
import { secondSignal } from './second-signal.ts';

it('counts the first signal that came before anybody listened', async () => {
  const second = secondSignal(AbortSignal.abort());
  onTestFinished(() => second.dispose());
  await new Promise((resolve) => setTimeout(resolve, 60));
  process.emit('SIGTERM');
  expect(second.signal.aborted).toBe(true);
});
