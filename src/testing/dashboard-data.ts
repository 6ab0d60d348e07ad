import type { WindowCounts } from '../dashboard/model/window-counts.ts';

/** The middle of a ten-minute window, so that tests of the dashboard can add and take away minutes. */
export const NOW = 1_784_030_700_000;

export function windowCounts(channelName: string, changes: Partial<WindowCounts> = {}): WindowCounts {
  return {
    channelId: `id-${channelName}`,
    channelName,
    count: 100,
    start: NOW - 300_000,
    end: NOW + 300_000,
    uniqueChatters: 10,
    topEmotes: [{ name: 'Kappa', count: 5 }],
    topChatters: [{ name: 'viewer', count: 3 }],
    coverage: 1,
    updatedAt: NOW,
    apiRate: 2,
    isStale: false,
    ...changes,
  };
}
