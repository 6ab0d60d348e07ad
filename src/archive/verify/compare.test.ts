import { describe, expect, it } from 'vitest';
import { type ChannelEvidence, type CompareOptions, compareChannel } from './compare.ts';
import { type WindowCount, WindowTally } from './window-tally.ts';

const ten: WindowCount = { message_count: 10, unique_chatters: 4 };
const nine: WindowCount = { message_count: 9, unique_chatters: 4 };

const options: CompareOptions = {
  windowMs: 600,
  from: 0,
  to: 6000,
  now: 6000,
  logFrom: undefined,
  archiveFrom: undefined,
  isBehind: false,
};

function evidence(parts: Partial<ChannelEvidence> = {}): ChannelEvidence {
  const at600 = new Map([[600, ten]]);
  return {
    id: '1',
    name: 'some_channel',
    newest: { ...ten, window_start: 600 },
    history: at600,
    archive: at600,
    log: at600,
    appendedFrom: new Map(),
    remembered: parts.log ?? at600,
    ...parts,
  };
}

function states(parts: Partial<ChannelEvidence>, rules: Partial<CompareOptions> = {}): string[] {
  return compareChannel(evidence(parts), { ...options, ...rules }).map(({ state }) => state);
}

describe('the comparison of windows', () => {
  it('agrees when all four say the same', () => {
    expect(compareChannel(evidence(), options)).toEqual([
      {
        channel_id: '1',
        channel_name: 'some_channel',
        window_start: 600,
        window_end: 1200,
        state: 'ok',
        newest: ten,
        history: ten,
        archive: ten,
        log: ten,
      },
    ]);
  });

  it.each([
    ['the newest window', { newest: { ...nine, window_start: 600 } }],
    ['the history', { history: new Map([[600, nine]]) }],
    ['the archive', { archive: new Map([[600, nine]]) }],
    ['the log', { log: new Map([[600, nine]]) }],
    ['a source without the window', { history: new Map() }],
    ['the chatters alone', { archive: new Map([[600, { ...ten, unique_chatters: 5 }]]) }],
  ])('sees a difference in %s', (_what, parts) => {
    expect(states(parts)).toEqual(['differs']);
  });

  it('does not ask the newest window about older ones', () => {
    expect(states({ newest: { ...nine, window_start: 1200 } }, { to: 1200 })).toEqual(['ok']);
  });

  it('calls a window open that has not ended, and no difference in it wrong', () => {
    expect(states({ archive: new Map([[600, nine]]) }, { now: 1199 })).toEqual(['open']);
    expect(states({ archive: new Map([[600, nine]]) }, { now: 1200 })).toEqual(['differs']);
  });

  it('does not judge what consumers have not read', () => {
    expect(states({ archive: new Map() }, { isBehind: true })).toEqual(['behind']);
    expect(states({}, { isBehind: true })).toEqual(['ok']);
  });

  it('leaves out a source that can no longer know', () => {
    expect(states({ log: new Map() }, { logFrom: 601 })).toEqual(['ok']);
    expect(states({ log: new Map() }, { logFrom: 600 })).toEqual(['differs']);
    expect(states({ archive: new Map(), history: new Map() }, { archiveFrom: 601 })).toEqual(['ok']);
  });

  it('judges old chat by when it was loaded, as long as the log is whole', () => {
    const loaded = { appendedFrom: new Map([[600, 5000]]) };
    expect(states(loaded, { archiveFrom: 4999 })).toEqual(['ok']);
    expect(states({ ...loaded, archive: new Map() }, { archiveFrom: 4999 })).toEqual(['differs']);
    expect(states(loaded, { archiveFrom: 5001 })).toEqual(['ok']);
    expect(states({ ...loaded, newest: undefined }, { archiveFrom: 4999, logFrom: 601 })).toEqual([
      'unknown',
    ]);
  });

  it('calls unknown what fewer than two can know, however often one of them says it', () => {
    expect(states({}, { logFrom: 601, archiveFrom: 601 })).toEqual(['unknown']);
    expect(states({ newest: undefined }, { archiveFrom: 601 })).toEqual(['unknown']);
    expect(states({}, { logFrom: 601 })).toEqual(['ok']);
  });

  it('lets rows of people who asked to be forgotten be gone, and no others', () => {
    const remembered = new Map([[600, { message_count: 8, unique_chatters: 3 }]]);
    const archive = (message_count: number) => new Map([[600, { message_count, unique_chatters: 3 }]]);
    expect(states({ remembered, archive: archive(8) })).toEqual(['ok']);
    for (const rows of [7, 9, 11])
      expect(states({ remembered, archive: archive(rows) })).toEqual(['differs']);
    expect(states({ remembered, archive: archive(8), history: archive(7) })).toEqual(['differs']);
  });

  it('looks only at windows of the range', () => {
    const three = new Map([0, 600, 1200].map((start) => [start, ten]));
    const everywhere = { newest: undefined, history: three, archive: three, log: three };
    expect(compareChannel(evidence(everywhere), { ...options, from: 600, to: 1200 })).toHaveLength(1);
  });
});

describe('the tally of a window', () => {
  it('counts ids once, each in the window of its own time', () => {
    const tally = new WindowTally(600);
    for (const [timestamp, message_id, user_id] of [
      [600, 'a', '1'],
      [1199, 'b', '2'],
      [700, 'a', '1'],
      [1200, 'c', '1'],
    ] as const) {
      tally.add({ timestamp, message_id, user_id });
    }
    expect([...tally.counts()]).toEqual([
      [600, { message_count: 2, unique_chatters: 2 }],
      [1200, { message_count: 1, unique_chatters: 1 }],
    ]);
  });
});
