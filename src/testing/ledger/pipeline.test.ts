import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { channelView } from '../fake-stream-api.ts';
import { fullSoakFaults, planPipelineFaults } from './pipeline-faults.ts';
import { followScreen } from './screen-log.ts';

it('plans the faults that the soak promises: the same ones for the same seed, in order of time', () => {
  const faults = planPipelineFaults(3, fullSoakFaults);
  expect(faults).toEqual(planPipelineFaults(3, fullSoakFaults));
  expect(faults).not.toEqual(planPipelineFaults(4, fullSoakFaults));
  const count = (wanted: string) => faults.filter(({ kind }) => kind === wanted).length;
  expect([count('kill'), count('pause'), count('restart'), count('reconnect')]).toEqual([200, 50, 20, 20]);
  expect(count('cut') + count('stall')).toBe(60);
  const times = faults.map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.at(-1)).toBeLessThan(1);
  const killed = faults.filter(({ kind }) => kind === 'kill').map(({ target }) => target);
  expect(new Set(killed)).toEqual(new Set(['ingest', 'count', 'archive', 'api', 'kafka', 'cassandra']));
});

it.each([1, 2, 7, 34])('plans exactly %i of them', (count) => {
  expect(planPipelineFaults(1, count)).toHaveLength(count);
});

it('knows when a message that was sent after a moment was on the screen', async () => {
  const lines = new PassThrough();
  let now = 0;
  const screen = followScreen(lines, () => now);
  const show = async (at: number, sentAt: number, channel = 'one') => {
    now = at;
    lines.write(`${JSON.stringify({ ...channelView(channel), last_message_at: sentAt })}\n`);
    await vi.waitFor(() =>
      expect(screen.views.get(channelView(channel).channel_id)?.last_message_at).toBe(sentAt),
    );
  };
  await show(1100, 1000);
  await show(1500, 900, 'two');
  await show(2600, 2000, 'two');
  expect(screen.shownAfter(900)).toBe(200);
  expect(screen.shownAfter(1001)).toBe(1599);
  expect(screen.shownAfter(2001)).toBeUndefined();
  expect(screen.ages()).toEqual([100, 600]);
  lines.write('Segmentation fault\n');
  await vi.waitFor(() => expect(screen.unreadable).toEqual(['Segmentation fault']));
});
