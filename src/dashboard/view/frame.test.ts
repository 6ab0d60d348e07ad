import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { NOW, windowCounts } from '../../testing/dashboard-data.ts';
import type { DashboardEvent } from '../model/dashboard-event.ts';
import { DashboardModel } from '../model/dashboard-model.ts';
import { fold, initialState } from '../model/dashboard-state.ts';
import { initialScreen, type ScreenState } from '../model/screen-state.ts';
import { frame } from './frame.ts';
import type { FrameProps } from './frame-props.ts';
import { plainText } from './line.ts';

const connected: DashboardEvent = { type: 'connected', at: NOW };
const health: DashboardEvent = {
  type: 'health',
  at: NOW,
  health: { status: 'healthy', parts: [{ name: 'kafka', state: 'connected' }], lag: 3 },
};

function show(events: readonly DashboardEvent[], changes: Partial<FrameProps> = {}): string[] {
  const state = fold(initialState(NOW), events);
  const props = {
    state,
    screen: initialScreen(),
    columns: 120,
    rows: 24,
    now: NOW,
    hasKeys: true,
    ascii: false,
    ...changes,
  };
  return frame({ liveness: { connection: state.connection, now: props.now }, ...props }).map(plainText);
}
const screen = (changes: Partial<ScreenState>): ScreenState => ({ ...initialScreen(), ...changes });
const channels = (...names: string[]): DashboardEvent[] =>
  names.map((name, index) => ({
    type: 'stats',
    at: NOW,
    window: windowCounts(name, { count: 1000 - index }),
  }));

describe('the frame of all channels', () => {
  it('shows a line a channel with its count, rate and freshness, and the health of the pipeline', () => {
    const lines = show([connected, health, ...channels('forsen', 'xqc')]);
    expect(lines[0]).toMatch(/^ twitchstats {3}2 channels {2}4\.0 msg\/s +● live$/);
    expect(lines[2]).toMatch(/^ {2}CHANNEL +COUNT▾ +MSG\/S +LAST 2 MIN +CHATTERS +TOP EMOTE +HEARD +FRESH$/);
    expect(lines[3]).toMatch(/^ {2}forsen +1,000 +2\.0 +10 +Kappa +100% +now$/);
    expect(lines.at(-2)).toBe('API healthy  kafka connected  lag 3');
    expect(lines.at(-1)).toMatch(/^q quit {2}\? help /);
  });

  it('says how long there was no data, and that it reconnects', () => {
    expect(show([connected, ...channels('a')], { now: NOW + 12_000 })[0]).toMatch(/○ no data for 12s$/);
    const lost: DashboardEvent = { type: 'lost', at: NOW + 1000, reason: 'connect ECONNREFUSED' };
    expect(show([connected, lost], { now: NOW + 31_000 })[0]).toMatch(
      /✗ reconnecting for 30s: connect ECONNREFUSED$/,
    );
    expect(show([])[0]).toMatch(/connecting…$/);
  });

  it('says so on a narrow terminal too, and makes the rows look old', () => {
    const lost: DashboardEvent = { type: 'lost', at: NOW, reason: 'connect ECONNREFUSED 127.0.0.1:3000' };
    const [first] = show([connected, ...channels('a', 'b'), lost], { columns: 80, now: NOW + 5000 });
    expect(first).toMatch(/^ twitchstats .*✗ reconnecting for 5s: connect ECONNREFUSED 127\.0\.0\.1:3000$/);
    expect(show([connected], { columns: 40 })[0]).toMatch(/● live$/);
    const state = fold(initialState(NOW), [connected, ...channels('a'), lost]);
    const rows = frame({
      ...{ state, screen: initialScreen(), columns: 80, rows: 24, now: NOW, hasKeys: true, ascii: false },
      liveness: { connection: state.connection, now: NOW },
    });
    expect(rows[3]?.every(({ style }) => style === 'dim' || style === 'plain')).toBe(true);
    expect(rows[3]?.find(({ text }) => text.startsWith('a'))?.style).toBe('dim');
  });

  it('says so while the screen is paused', () => {
    const model = new DashboardModel(NOW);
    model.take(connected);
    for (const event of channels('a')) model.take(event);
    model.settle();
    model.press('space', ' ', NOW, 10);
    model.take({ type: 'lost', at: NOW + 1000, reason: 'connect ECONNREFUSED' });
    model.settle();
    const now = NOW + 6000;
    const { state, screen: paused, current } = model;
    const liveness = { connection: current.connection, now };
    const lines = show([], { state, screen: paused, now: model.shownAt(now), liveness });
    expect(lines[0]).toMatch(/PAUSED {2}✗ reconnecting for 5s: connect ECONNREFUSED$/);
    expect(lines.at(-2)).toBe('API: unknown');
    expect(show([], { state: current, screen: paused, columns: 40 })[0]).toContain('PAUSED');
  });

  it('never moves a column for a new number', () => {
    const small = show([
      connected,
      { type: 'stats', at: NOW, window: windowCounts('a', { count: 1, uniqueChatters: 1 }) },
    ]);
    const large = show([
      connected,
      {
        type: 'stats',
        at: NOW,
        window: windowCounts('a', { count: 98_765_432_100, uniqueChatters: 123_456_789 }),
      },
    ]);
    expect(large[3]?.length).toBe(small[3]?.length);
    expect(large[3]?.indexOf('Kappa')).toBe(small[3]?.indexOf('Kappa'));
  });

  it('leaves columns out on a narrow terminal, the least important first', () => {
    const titles = (columns: number) => show(channels('a'), { columns })[2]?.trim().split(/ {2,}/);
    expect(titles(80)).toEqual(['CHANNEL', 'COUNT▾', 'MSG/S', 'CHATTERS', 'TOP EMOTE', 'HEARD', 'FRESH']);
    expect(titles(40)).toEqual(['CHANNEL', 'COUNT▾', 'MSG/S']);
  });

  it('puts a window that is over below those that are not, however much was counted in it', () => {
    const ended = windowCounts('ended', { count: 90_000, start: NOW - 900_000, end: NOW - 300_000 });
    const lines = show([connected, { type: 'stats', at: NOW, window: ended }, ...channels('live')]);
    expect(lines.slice(3, 5)).toEqual([expect.stringContaining('live'), expect.stringContaining('ended')]);
  });

  it('shows a gap also where there is no room for all that is well', () => {
    const gap: DashboardEvent = {
      type: 'gap',
      at: NOW,
      gap: { channelName: 'forsen', from: NOW - 9_000, to: NOW - 7_000, reason: 'the connection was lost' },
    };
    const parts = ['kafka', 'cache', 'cassandra'].map((name) => ({ name, state: 'connected' }));
    const well: DashboardEvent = { type: 'health', at: NOW, health: { status: 'healthy', parts, lag: 0 } };
    const lines = show([connected, ...channels('a'), well, gap], { columns: 80 });
    expect(lines.at(-2)).toBe('API healthy  lag 0  gap in forsen 7s ago: the connection was lost');
  });

  it('knows nothing of the API while it does not answer, and says what to do', () => {
    const lost: DashboardEvent = { type: 'lost', at: NOW, reason: 'connect ECONNREFUSED' };
    const lines = show([connected, health, lost]);
    expect(lines.at(-2)).toBe('API: unknown');
    expect(lines.join('\n')).toContain('start it with `twitchstats up`');
  });

  it('says which channels were asked for, and that none of them is known', () => {
    const lines = show([connected], { screen: { ...initialScreen(['forsn']), view: 'all' } });
    expect(lines[0]).toContain('only: forsn');
    expect(lines.join('\n')).toContain('No counts of forsn so far.');
  });

  it('keeps the selected channel on the screen', () => {
    const names = Array.from({ length: 50 }, (_, index) => `channel${index}`);
    const lines = show([connected, ...channels(...names)], { screen: screen({ selected: 'id-channel40' }) });
    expect(lines.filter((line) => line.startsWith('▸'))).toEqual([expect.stringContaining('channel40')]);
  });

  it('says so when no channel is there, or none fits the filter', () => {
    expect(show([connected]).join('\n')).toContain('No channel has been counted yet.');
    expect(show(channels('a'), { screen: screen({ filter: 'zzz' }) }).join('\n')).toContain(
      'No channel contains "zzz".',
    );
  });

  it('shows every key, or says how many there is no room for', () => {
    const help = (rows: number) => show([connected], { rows, screen: screen({ isHelpShown: true }) });
    const all = help(40).filter((line) => line !== '');
    const cut = help(16).join('\n');
    const [, left] = /and (\d+) more in a taller window/.exec(cut) ?? [];
    expect(all.join('\n')).not.toContain('more in a taller window');
    expect(help(16).filter((line) => line !== '').length - 1 + Number(left)).toBe(all.length);
  });

  it('draws with ASCII alone where it is asked to', () => {
    const events = [
      connected,
      health,
      ...channels('a'),
      { ...channels('a')[0], at: NOW + 1000 },
    ] as DashboardEvent[];
    for (const view of ['all', 'one'] as const) {
      const lines = show(events, {
        ascii: true,
        screen: screen({ view, selected: 'id-a', isHelpShown: false }),
      });
      expect(lines.join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
    }
  });
});

describe('the frame of one channel', () => {
  const message = (text: string, username = 'viewer'): DashboardEvent => ({
    type: 'message',
    at: NOW,
    message: {
      channel_id: 'id-forsen',
      channel_name: 'forsen',
      message_id: text,
      user_id: '1',
      username,
      message: text,
      timestamp: NOW,
      emotes: [],
    },
  });

  it('shows the window with its clock, emotes, chatters, past windows and the chat', () => {
    const past = windowCounts('forsen', { start: NOW - 900_000, end: NOW - 300_000, count: 50 });
    const lines = show(
      [
        connected,
        ...channels('forsen'),
        { type: 'history', at: NOW, windows: [past] },
        message('hello 漢字'),
        message('last'),
      ],
      { screen: screen({ view: 'one', selected: 'id-forsen' }), rows: 30 },
    );
    const text = lines.join('\n');
    expect(text).toMatch(/forsen {3}1,000 messages {2}2\.0 msg\/s/);
    expect(text).toContain('05:00 left');
    expect(text).toMatch(/Kappa +5 +viewer +3/);
    expect(text).toMatch(/█████████ +1,000/);
    expect(text).toMatch(/▍ +50/);
    expect(text.indexOf('hello 漢字')).toBeLessThan(text.indexOf('last'));
  });

  it.each([53, 80])('cuts nothing where its lists just fit: %i columns', (columns) => {
    const lines = show([connected, ...channels('forsen')], {
      screen: screen({ view: 'one', selected: 'id-forsen' }),
      columns,
      rows: 30,
    });
    const lists = lines.slice(lines.findIndex((line) => line.includes('WINDOWS')));
    expect(lists.filter((line) => line.includes('…'))).toEqual([]);
  });

  it('says the day of an older window once, so that all of it fits', () => {
    const start = NOW - 86_400_000;
    const past = windowCounts('forsen', { start, end: start + 1000, uniqueChatters: 1250, coverage: 0.975 });
    const shown = { screen: screen({ view: 'one', selected: 'id-forsen', windowStart: start }), columns: 80 };
    const history: DashboardEvent = { type: 'history', at: NOW, windows: [past] };
    const lines = show([connected, ...channels('forsen'), history], { ...shown, rows: 30 });
    expect(lines.join('\n')).toMatch(
      /window 2\S+ \d\d:\d\d – \d\d:\d\d {2}closed {3}1,250 chatters {3}heard 97%\n/,
    );
  });

  it('shows an older window when one is chosen', () => {
    const past = windowCounts('forsen', { start: NOW - 900_000, end: NOW - 300_000, count: 77 });
    const lines = show([connected, ...channels('forsen'), { type: 'history', at: NOW, windows: [past] }], {
      screen: screen({ view: 'one', selected: 'id-forsen', windowStart: past.start }),
      rows: 30,
    });
    expect(lines.join('\n')).toMatch(/forsen {3}77 messages[\s\S]*closed/);
  });

  it('lets no control character of chat onto the screen', () => {
    const hostile = 'a\x1b]0;owned\x07b\x9b2Jc\u202ed\r\ne';
    const lines = show([connected, ...channels('forsen'), message(hostile, 'evil\x1b[2J')], {
      screen: screen({ view: 'one', selected: 'id-forsen' }),
      rows: 30,
    });
    expect(lines.join('\n')).toContain('abcde');
    expect(lines.join('')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
  });
});

describe('every frame', () => {
  it('is at most rows - 2 high and never wider than the terminal, whatever it shows', () => {
    const names = fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 30 });
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 200 }),
      rows: fc.integer({ min: 2, max: 60 }),
    });
    const look = fc.record({
      view: fc.constantFrom('all' as const, 'one' as const),
      isHelpShown: fc.boolean(),
      isFiltering: fc.boolean(),
      filter: fc.constantFrom('', 'a'),
    });
    fc.assert(
      fc.property(names, size, look, fc.boolean(), (given, { columns, rows }, chosen, ascii) => {
        const selected = given[0] === undefined ? undefined : `id-${given[0]}`;
        const lines = show([connected, health, ...channels(...given)], {
          columns,
          rows,
          ascii,
          screen: screen({ ...chosen, selected }),
        });
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 2));
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      }),
      { numRuns: 300 },
    );
  });

  it('says what size it needs when the terminal is too small', () => {
    expect(show(channels('a'), { columns: 30, rows: 8 })).toEqual([
      'Too small',
      'needs 40x10,',
      'has 30x8',
      'q quits',
    ]);
  });
});
