import { describe, expect, it } from 'vitest';
import { NOW, windowCounts } from '../../testing/dashboard-data.ts';
import { channelRows } from './channel-rows.ts';
import { DashboardModel } from './dashboard-model.ts';
import { initialScreen } from './screen-state.ts';

function modelOf(...names: string[]) {
  const model = new DashboardModel(NOW);
  for (const [index, name] of names.entries()) {
    model.take({
      type: 'stats',
      at: NOW,
      window: windowCounts(name, { count: 100 - index, apiRate: index }),
    });
  }
  model.settle();
  return model;
}
const press = (model: DashboardModel, ...keys: string[]) => {
  for (const key of keys) model.press(key, key, NOW, 10);
};
const names = (model: DashboardModel) =>
  channelRows(model.state, model.screen, NOW).map(({ channel }) => channel.window.channelName);

describe('dashboard model', () => {
  it('sorts by count, and by the next order at every press of s', () => {
    const model = modelOf('beta', 'alpha', 'gamma');
    expect(names(model)).toEqual(['beta', 'alpha', 'gamma']);
    press(model, 's');
    expect(names(model)).toEqual(['gamma', 'alpha', 'beta']);
    press(model, 's');
    expect(names(model)).toEqual(['alpha', 'beta', 'gamma']);
    press(model, 's', 's');
    expect(model.screen.sort).toBe('count');
  });

  it('filters while it is typed, letters that are keys elsewhere included, and forgets it with Esc', () => {
    const model = modelOf('quiet', 'loud', 'quick');
    press(model, '/', 'q', 'u', 'x', 'backspace', 'i');
    expect(model.screen).toMatchObject({ filter: 'qui', isFiltering: true });
    expect(names(model)).toEqual(['quiet', 'quick']);
    press(model, 'enter');
    expect(model.screen.isFiltering).toBe(false);
    expect(model.press('q', 'q', NOW, 10)).toBe('quit');
    press(model, 'escape');
    expect(names(model)).toHaveLength(3);
  });

  it('gives up a filter that is being typed with Esc', () => {
    const model = modelOf('quiet', 'loud');
    press(model, '/', 'q', 'escape');
    expect(model.screen).toMatchObject({ filter: '', isFiltering: false });
    expect(model.screen.view).toBe('all');
  });

  it('moves the cursor within the rows, opens a channel, and comes back', () => {
    const model = modelOf('a', 'b', 'c');
    press(model, 'down', 'j');
    expect(model.screen.selected).toBe('id-b');
    press(model, 'up', 'k', 'k');
    expect(model.screen.selected).toBe('id-a');
    press(model, 'pagedown', 'enter');
    expect(model.screen).toMatchObject({ view: 'one', selected: 'id-c' });
    press(model, 'escape');
    expect(model.screen.view).toBe('all');
  });

  it('opens the first channel when none was selected', () => {
    const model = modelOf('a', 'b');
    press(model, 'enter');
    expect(model.screen).toMatchObject({ view: 'one', selected: 'id-a' });
  });

  it('opens what the filter shows, not what was selected before', () => {
    const model = modelOf('a', 'b');
    press(model, 'down', '/', 'b', 'enter', 'enter');
    expect(model.screen).toMatchObject({ view: 'one', selected: 'id-b' });
  });

  it('finds the channel of `watch NAME` in any case', () => {
    const model = new DashboardModel(NOW, initialScreen(['#Forsen']));
    model.take({ type: 'stats', at: NOW, window: windowCounts('forsen') });
    model.settle();
    expect(model.screen).toMatchObject({ view: 'one', selected: 'id-forsen' });
  });

  it('holds the shown numbers while it is paused, and has lost nothing afterwards', () => {
    const model = modelOf('a');
    press(model, 'p');
    model.take({ type: 'stats', at: NOW + 1000, window: windowCounts('a', { count: 500 }) });
    model.settle();
    expect(model.state.channels.get('id-a')?.window.count).toBe(100);
    expect(model.current.channels.get('id-a')?.window.count).toBe(500);
    expect(model.shownAt(NOW + 60_000)).toBe(NOW);
    press(model, 'p');
    model.settle();
    expect(model.state.channels.get('id-a')?.window.count).toBe(500);
  });

  it('goes back to older windows only as far as there are some', () => {
    const model = modelOf('a');
    const { start } = windowCounts('a');
    model.take({
      type: 'history',
      at: NOW,
      windows: [windowCounts('a', { start: start - 600_000, count: 7 })],
    });
    model.settle();
    press(model, 'enter', '[', '[', '[');
    expect(model.screen.windowStart).toBe(start - 600_000);
    press(model, ']', ']');
    expect(model.screen.windowStart).toBeUndefined();
  });

  it('stays with the window that was chosen when the next one begins', () => {
    const model = modelOf('a');
    const { start } = windowCounts('a');
    const older = windowCounts('a', { start: start - 600_000, count: 7 });
    model.take({ type: 'history', at: NOW, windows: [older] });
    model.settle();
    press(model, 'enter', '[');
    model.take({ type: 'stats', at: NOW, window: windowCounts('a', { start: start + 600_000 }) });
    model.settle();
    expect(model.screen.windowStart).toBe(older.start);
    press(model, ']');
    expect(model.screen.windowStart).toBe(start);
  });

  it('selects a channel by name as soon as it is known', () => {
    const model = new DashboardModel(NOW, initialScreen(['forsen']));
    model.settle();
    expect(model.screen.selected).toBeUndefined();
    model.take({ type: 'stats', at: NOW, window: windowCounts('forsen') });
    model.settle();
    expect(model.screen.selected).toBe('id-forsen');
  });
});
