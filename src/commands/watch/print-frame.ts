import { type ApiClientSettings, fetchChannels } from '../../api/client.ts';
import type { HandlerInput } from '../../cli/command.ts';
import { channelMatcher, namesWithout } from '../../contract/channel-names.ts';
import { AppError } from '../../contract/errors.ts';
import { DashboardModel } from '../../dashboard/model/dashboard-model.ts';
import { windowOf } from '../../dashboard/model/decode.ts';
import { initialScreen } from '../../dashboard/model/screen-state.ts';
import { fetchPipelineHealth } from '../../dashboard/session/pipeline-health.ts';
import { plainText } from '../../dashboard/view/line.ts';
import { textFrame } from '../../dashboard/view/text-frame.ts';
import type { WatchOptions } from './command.ts';

/** Prints what the dashboard would show now, as text without an escape code, and ends. */
export async function printFrame(
  { io, options, output, signal }: HandlerInput<WatchOptions>,
  settings: ApiClientSettings,
  ascii: boolean,
): Promise<number> {
  const [views, health] = await Promise.all([
    fetchChannels(settings, signal),
    fetchPipelineHealth(settings, signal),
  ]);
  const isWanted = channelMatcher(options.channel);
  const windows = views
    .map(windowOf)
    .filter(({ channelId, channelName }) => isWanted(channelId, channelName));
  assertAllKnown(options.channel, windows);

  const now = Date.now();
  const model = new DashboardModel(now, initialScreen(options.channel));
  model.take({ type: 'connected', at: now });
  if (health !== undefined) model.take({ type: 'health', at: now, health });
  for (const window of windows) model.take({ type: 'stats', at: now, window });
  model.settle();
  // A terminal that does not know its size says 0.
  const columns = io.stdout.columns || 120;
  const { state, screen } = model;
  const liveness = { connection: state.connection, now };
  const lines = textFrame({ state, screen, columns, now, liveness, ascii });
  await output.text(`${lines.map(plainText).join('\n')}\n`);
  return 0;
}

/** @throws AppError CHANNEL_UNKNOWN when one of `names` is none of `channels`. */
export function assertAllKnown(
  names: readonly string[],
  channels: readonly { readonly channelId: string; readonly channelName: string }[],
): void {
  const [missing] = namesWithout(channels, names);
  if (missing !== undefined)
    throw new AppError('CHANNEL_UNKNOWN', `No channel "${missing}" has been counted`, {
      hint: '`twitchstats stats` lists what is counted.',
    });
}
