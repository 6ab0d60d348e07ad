import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlerInput } from '../../cli/command.ts';
import { parseTimeZone } from '../../cli/time-zone.ts';
import type { ChannelView } from '../../contract/api.ts';
import { followChannels } from '../../dashboard/session/follow-channels.ts';
import type { StatsOptions } from './command.ts';
import { renderChange } from './render.ts';

const EVERY_MS = 1000;

/** A line when a channel changes, each at most once a second, until interrupted. */
export async function printChanges({
  options,
  config,
  output,
  signal,
}: HandlerInput<StatsOptions>): Promise<undefined> {
  const { settings } = config();
  const timeZone = parseTimeZone(options.tz);
  const changed = new Map<string, ChannelView>();
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  const printing = (async () => {
    while (!until.aborted) {
      const views = [...changed.values()];
      changed.clear();
      for (const view of views) await output.record(view, (paint) => renderChange(view, timeZone, paint));
      await sleep(EVERY_MS, undefined, { signal: until }).catch(() => undefined);
    }
  })();
  try {
    await followChannels({
      settings,
      channels: options.all ? [] : options.channel,
      output,
      signal,
      onView: (view) => {
        changed.set(view.channel_id, view);
      },
    });
  } finally {
    ended.abort();
    await printing;
  }
}
