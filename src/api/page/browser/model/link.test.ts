import { describe, expect, it } from 'vitest';
import { describeLink, SILENT_AFTER_MS } from './link.js';

const open = { phase: 'open', lastDataAt: 100_000, reason: null, retryAt: null } as const;

describe('describeLink', () => {
  it('is live while something comes', () => {
    expect(describeLink(open, 'ready', 115_000)).toMatchObject({ tone: 'live', text: 'Live' });
  });

  it('is dead as soon as the connection is lost, and says since when', () => {
    const lost = { ...open, phase: 'waiting', reason: 'The connection was lost.', retryAt: 114_000 } as const;
    expect(describeLink(lost, 'ready', 112_000)).toEqual({
      tone: 'dead',
      text: 'No data for 12 s',
      detail: 'The connection was lost. Next try in 2 s.',
    });
  });

  it('is dead when an open connection falls silent', () => {
    expect(describeLink(open, 'ready', 100_001 + SILENT_AFTER_MS).tone).toBe('dead');
  });

  it('is stale when the API itself has lost its source', () => {
    expect(describeLink(open, 'stale', 101_000)).toMatchObject({ tone: 'stale', text: 'Last known counts' });
    expect(describeLink(open, 'loading', 101_000).tone).toBe('stale');
  });

  it('does not call a page dead that has just been opened', () => {
    const first = { phase: 'connecting', lastDataAt: 0, reason: null, retryAt: null } as const;
    expect(describeLink(first, undefined, 1).tone).toBe('connecting');
    expect(describeLink({ ...first, phase: 'waiting', reason: 'No.' }, undefined, 1)).toMatchObject({
      tone: 'dead',
      text: 'No data yet',
    });
  });
});
