import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type ConsoleMessage, chromium, type Page } from 'playwright-core';

/** Debian's package. */
const CHROMIUM = '/usr/bin/chromium';

export const hasChromium = existsSync(CHROMIUM);

export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

interface BrowserOptions {
  readonly width: number;
  readonly height: number;
  readonly scheme?: 'dark' | 'light';
  readonly reducedMotion?: 'reduce' | 'no-preference';
  readonly deviceScaleFactor?: number;
}

/** A headless browser with a profile of its own, which is gone afterwards, and no talk but with our server. */
export async function openChromium({
  width,
  height,
  scheme = 'dark',
  reducedMotion = 'reduce',
  deviceScaleFactor = 1,
}: BrowserOptions): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'twitchstats-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion,
    deviceScaleFactor,
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** The errors of a page, as they come: exceptions, those of its console, dialogs. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(...complaint(message)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return complaints;
}

/** A page that cannot reach its API says so in the console; everything else is a fault. */
function complaint(message: ConsoleMessage): string[] {
  return message.type() === 'error' && !message.text().startsWith('Failed to load resource')
    ? [message.text()]
    : [];
}
