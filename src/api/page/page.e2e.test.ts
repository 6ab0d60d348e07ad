import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Browser, complaintsOf, hasChromium, openChromium } from '../../testing/chromium.ts';
import { type PageApi, startPageApi } from '../../testing/page-api.ts';
import { hostile, hostileLists, message, pastWindow, stats } from '../../testing/page-data.ts';

/** Skipped, and said so, where Debian's `chromium` is not installed. */
describe.skipIf(!hasChromium)('the page in Chromium', () => {
  let browser: Browser;
  let api: PageApi;
  let page: Page;
  let complaints: string[];
  let requested: string[];

  beforeAll(async () => {
    browser = await openChromium({ width: 1280, height: 900 });
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    api = await startPageApi();
    page = await browser.context.newPage();
    complaints = complaintsOf(page);
    requested = [];
    page.on('request', (request) => requested.push(new URL(request.url()).origin));
  });
  afterEach(async () => {
    await page.close();
    await api.stop();
  });

  const text = (selector: string) => page.locator(selector).innerText();
  const shows = (selector: string, words: string) =>
    page.locator(selector).filter({ hasText: words }).first().waitFor();
  const isFocused = (selector: string) => page.locator(`${selector}:focus`).waitFor();
  const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');

  it('shows counts, lists, past windows, chat and gaps, and follows them', async () => {
    api.count(stats('one', 1250, { coverage: 0.98 }));
    api.count(stats('two', 7));
    api.archive.windows.push(pastWindow('one', 1, 900), pastWindow('one', 2, 800));
    api.archive.messages.push(message('one', 'said before', { emotes: ['before'] }));
    await page.goto(`${api.url}/#/one`);
    await shows('#detail-count', '1,250');
    await shows('.chat-line', 'said before');
    await shows('#emotes', 'Kappa');
    await shows('#chatters', 'some_viewer');
    expect(await text('#fact-coverage')).toBe('98 %');
    await shows('.window-bar', '900 messages');
    expect(await page.locator('.window-bar').count()).toBe(3);

    api.count(stats('one', 1251));
    api.say(message('one', 'said now Kappa', { emotes: ['Kappa'] }));
    api.say(message('two', 'said elsewhere'));
    const reason = 'the connection was lost';
    api.gap({ type: 'gap', channel_id: 'id-one', channel_name: 'one', from: 1000, to: 13_000, reason });
    await shows('#detail-count', '1,251');
    await shows('.chat-line', 'said now');
    await shows('.chat-line .emote', 'Kappa');
    await shows('#gaps', '12 s · the connection was lost');
    expect(await text('#chat-lines')).not.toContain('elsewhere');
    expect(await page.title()).toBe('1,251 · one · twitchstats');

    await page.locator('#chatters button').first().click();
    await shows('#user-lines', 'said now');
    expect(complaints).toEqual([]);
    expect(new Set(requested)).toEqual(new Set([api.url]));
  });

  it('shows the gaps of before, and a long one as one', async () => {
    const now = Date.now();
    const gap = (from: number, to: number) =>
      api.gap({
        type: 'gap',
        channel_id: 'id-one',
        channel_name: 'one',
        reason: 'Twitch was away',
        from: now - from,
        to: now - to,
      });
    api.count(stats('one', 5));
    gap(600_000, 590_000);
    gap(590_000, 580_000);
    await page.goto(`${api.url}/#/one`);
    await shows('#gaps', '20 s · Twitch was away');
    gap(580_000, 570_000);
    await shows('#gaps', '30 s · Twitch was away');
    expect(await page.locator('#gaps .gap').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('looks dead when the API is gone, and comes back by itself', async () => {
    api.count(stats('one', 5));
    await page.goto(`${api.url}/#/one`);
    await page.locator('body[data-link="live"]').waitFor();
    await api.stop();
    await page.locator('body[data-link="dead"]').waitFor();
    await shows('#link', 'No data for');
    await shows('#banner', 'Next try in');
    expect(await page.title()).toMatch(/^✕ 5 · one/);
    await api.start();
    api.count(stats('one', 42));
    await page.locator('body[data-link="live"]').waitFor();
    await shows('#detail-count', '42');
    expect(await page.locator('#banner').isVisible()).toBe(false);
  });

  it('says when the archive is away, asks it again when it is back, and says when counts are the last known', async () => {
    api.archive.isConnected = false;
    api.count(stats('one', 5));
    await page.goto(`${api.url}/#/one`);
    await shows('#windows-note', 'past windows are missing');
    await shows('#chat-note', 'the archive is away');
    await expectChatStream(api);
    api.say(message('one', 'said now'));
    await shows('.chat-line', 'said now');
    api.archive.windows.push(pastWindow('one', 1, 900));
    api.archive.messages.push(message('one', 'said before'));
    api.archive.isConnected = true;
    api.setKafka(true);
    await shows('.window-bar', '900 messages');
    await shows('.chat-line', 'said before');
    expect(await text('#chat-lines')).toMatch(/said before.*said now/s);
    expect(await text('#windows-note')).toBe('');
    api.setKafka(false);
    await page.locator('body[data-link="stale"]').waitFor();
    await shows('#link', 'Last known counts');
    await shows('#detail-tag', 'last known');
    await shows('.service[data-tone="bad"]', 'Kafka');
  });

  it('shows hostile chat as text, inside its lines', async () => {
    api.count(stats(hostile[0], 5, hostileLists));
    await page.goto(api.url);
    await shows('.rank', '<script>');
    await page.locator('body[data-link="live"]').waitFor();
    await expectChatStream(api);
    for (const words of hostile)
      api.say(message(hostile[0], words, { username: words, emotes: [words, 'x'] }));
    await page.locator(`.chat-line >> nth=${hostile.length - 1}`).waitFor();
    const shown = await text('#chat-lines');
    expect(shown).toContain('<script>alert(1)</script>');
    expect(shown).toContain('<img src=x onerror=alert(1)>');
    expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('img, iframe, object, [onerror], [onclick], [style*="fixed"]').count()).toBe(0);
    expect(await overflow()).toBe(0);
    const tallest = await page.evaluate(
      `Math.max(...[...document.querySelectorAll('.chat-line')].map((line) => line.getBoundingClientRect().height))`,
    );
    expect(tallest).toBeLessThan(500);
    expect(complaints).toEqual([]);
  });

  it('refuses markup and scripts that are not its own, should ours ever slip', async () => {
    const response = await page.goto(api.url);
    const policy = response?.headers()['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain('unsafe');
    await expect(page.evaluate(`document.body.innerHTML = '<b>markup</b>'`)).rejects.toThrow(/TrustedHTML/);
    complaints.length = 0;
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('i'), { onclick: null }))`,
    );
    expect(complaints).toEqual([]);
  });

  it('works by keyboard alone', async () => {
    for (const [name, count] of Object.entries({ one: 30, two: 20, three: 10 }))
      api.count(stats(name, count));
    await page.goto(api.url);
    await shows('.channel', 'three');
    await page.keyboard.press('Tab');
    await isFocused('.skip');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await isFocused('.channel[href="#/three"]');
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await shows('#detail-name', 'two');
    await isFocused('#detail-title');

    await page.keyboard.press('/');
    await isFocused('#filter');
    await page.keyboard.type('thr');
    await page.locator('.channel').nth(1).waitFor({ state: 'detached' });
    await page.keyboard.type(' and nothing else');
    await shows('#channels-empty', 'No channel has that');
    expect(await text('#detail-name')).toBe('two');
    await page.keyboard.press('Escape');
    await page.locator('.channel').nth(2).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('#filter:focus').count()).toBe(0);

    await page.keyboard.press('?');
    await shows('#help', 'pause or resume the chat');
    await page.keyboard.press('Escape');
    await page.locator('#help').waitFor({ state: 'hidden' });
    await page.keyboard.press('p');
    await page.locator('#chat-pause[aria-pressed="true"]').waitFor();
    await page.locator('.skip').focus();
    await page.keyboard.press('Enter');
    await isFocused('#detail-title');
    expect(page.url()).toContain('#/two');

    // A row that changes its rank keeps it.
    const chatters = (...names: string[]) =>
      stats('two', 20, { top_chatters: names.map((name) => ({ user_id: name, username: name, count: 1 })) });
    const chatter = (place: string) => page.locator(`#chatters button${place}`, { hasText: 'second' });
    api.count(chatters('first', 'second'));
    await chatter('').focus();
    api.count(chatters('second', 'first'));
    await chatter(' >> nth=0').waitFor();
    await chatter(':focus').waitFor();
  });

  it('paints a flood of chat in few steps, keeps a bounded number of lines, and pauses', async () => {
    api.count(stats('one', 5));
    await page.goto(`${api.url}/#/one`);
    await shows('#detail-name', 'one');
    await expectChatStream(api);
    // Every painting scrolls to the end once.
    await page.evaluate(`paintings = 0; Object.defineProperty(document.querySelector('#chat-lines'), 'scrollTop', {
      get: () => 0,
      set: () => { paintings += 1; },
    })`);
    for (let index = 0; index < 600; index += 1) api.say(message('one', `flood ${index}`));
    await shows('.chat-line', 'flood 599');
    expect(await page.locator('.chat-line').count()).toBeLessThanOrEqual(150);
    expect(await page.evaluate('paintings')).toBeLessThan(60);
    await page.locator('#chat-pause').click();
    await page.locator('#chat-pause[aria-pressed="true"]').waitFor();
    api.say(message('one', 'after the pause'));
    await shows('#chat-resume', '1 new');
    expect(await text('#chat-lines')).not.toContain('after the pause');
    await page.locator('#chat-resume').click();
    await shows('.chat-line', 'after the pause');
    expect(await page.locator('#chat-resume').isVisible()).toBe(false);
  });

  it('fits a phone: the list, then the channel, and back', async () => {
    await page.setViewportSize({ width: 360, height: 640 });
    const long = 'a_channel_name_as_long_as_names_can_get_and_then_some_more';
    api.count(stats('one', 1_234_567));
    api.count(stats(long, 5));
    await page.goto(api.url);
    await shows('.channel', 'one');
    expect(await overflow()).toBe(0);
    expect(await page.locator('#detail').isVisible()).toBe(false);
    await page.locator('.channel', { hasText: long }).click();
    await shows('#detail-name', long);
    expect(await page.locator('#channel-list').isVisible()).toBe(false);
    expect(await overflow()).toBe(0);
    await page.locator('.back').click();
    await page.locator('.channel', { hasText: 'one' }).click();
    await shows('#detail-count', '1,234,567');
    expect(await overflow()).toBe(0);
    await page.keyboard.press('Escape');
    await isFocused('.channel[href="#/one"]');
  });

  it('is dark and light as the reader likes, and still for who wants no motion', async () => {
    api.count(stats('one', 5));
    await page.goto(api.url);
    await page.locator('body[data-link="live"]').waitFor();
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'no-preference' });
    const dark = await ground();
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await ground()).not.toBe(dark);
    const animation = () =>
      page.evaluate(`getComputedStyle(document.querySelector('.link-dot')).animationName`);
    expect(await animation()).toBe('pulse');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await animation()).toBe('none');
  });

  it('asks for the token where the API wants one', async () => {
    await api.stop();
    api = await startPageApi({ token: 'open-sesame' });
    api.count(stats('one', 77));
    await page.goto(`${api.url}/#/one`);
    await page.locator('#token[open]').waitFor();
    await page.locator('#token-input').fill('open-sesame');
    await page.keyboard.press('Enter');
    await shows('#detail-count', '77');
    expect(page.url()).not.toContain('sesame');
  });
});

/** The chat is asked for once the backlog was read; what is said before that is the archive's. */
async function expectChatStream(api: PageApi): Promise<void> {
  await expect.poll(() => api.streams(), { timeout: 20_000 }).toBe(2);
}
