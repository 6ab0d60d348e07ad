/**
 * Makes the README's screenshot, `docs/images/page.png`, from invented chat: `npx tsx src/testing/page-screenshot.ts`.
 * With a directory as argument it writes there, and also how the page looks in light and on a phone. Five minutes pass
 * in about half a minute.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { ChannelStats } from '../contract/channel-stats.ts';
import { openChromium } from './chromium.ts';
import { InventedChannel } from './invented-chat.ts';
import { type PageApi, startPageApi } from './page-api.ts';

const directory = process.argv[2] ?? 'docs/images';
const SECONDS = 300;
const WINDOW_MS = 600_000;

const windowStart = Date.UTC(2026, 2, 14, 20, 0);
let now = windowStart + 140_000;

const channels = [
  new InventedChannel('1001', 'pixel_gardener', 21),
  new InventedChannel('1002', 'deepsea_dj', 9),
  new InventedChannel('1003', 'chess_otter', 6),
  new InventedChannel('1004', 'late_night_synths', 3),
  new InventedChannel('1005', 'bread_and_bytes', 1.4),
  new InventedChannel('1006', 'quiet_lighthouse', 0),
];

mkdirSync(directory, { recursive: true });
const api = await startPageApi({ now: () => now });
fillArchive(api);
const wide = await openChromium({ width: 1440, height: 1000 });
const phone = await openChromium({ width: 375, height: 812, deviceScaleFactor: 2 });
try {
  const pages = [await wide.context.newPage(), await phone.context.newPage()];
  for (const page of pages) {
    await page.clock.install({ time: now });
    await page.goto(`${api.url}/#/pixel_gardener`);
  }
  for (let second = 0; second < SECONDS; second += 1) await passSecond(api, pages, second);
  const [page, small] = pages;
  if (page === undefined || small === undefined) throw new Error('no pages');
  await page.screenshot({ path: join(directory, 'page.png'), fullPage: true });
  if (process.argv[2] !== undefined) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.screenshot({ path: join(directory, 'page-light.png'), fullPage: true });
    await small.screenshot({ path: join(directory, 'page-phone.png'), fullPage: true });
  }
} finally {
  await wide.close();
  await phone.close();
  await api.stop();
}

async function passSecond(
  { count, say, gap }: PageApi,
  pages: readonly Page[],
  second: number,
): Promise<void> {
  now += 1000;
  for (const channel of channels) {
    for (const message of channel.speak(second, now)) say(message);
    count(channel.stats(windowStart, WINDOW_MS, now));
  }
  if (second === 60) {
    const reason = 'the connection to Twitch was lost; joined again';
    gap({
      type: 'gap',
      channel_id: '1001',
      channel_name: 'pixel_gardener',
      from: now - 9_400,
      to: now,
      reason,
    });
  }
  await sleep(105);
  for (const page of pages) await page.clock.runFor(1000);
}

function fillArchive({ archive }: PageApi): void {
  for (const channel of channels) {
    for (let back = 40; back >= 1; back -= 1) {
      const start = windowStart - back * WINDOW_MS;
      const swing = 0.55 + 0.35 * Math.sin(back / 5) + 0.12 * Math.sin(back * 2.3);
      const count = Math.round(channel.rate * 600 * swing);
      const stats: ChannelStats = {
        ...channel.stats(start, WINDOW_MS, start + WINDOW_MS),
        message_count: count,
      };
      archive.windows.push(
        back === 17 ? { ...stats, message_count: Math.round(count * 0.6), coverage: 0.61 } : stats,
      );
    }
  }
}
