import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventParser } from './event-parser.js';

function parse(pieces: readonly string[]) {
  const events: { event: string; data: string; id: string }[] = [];
  const take = createEventParser((event) => events.push(event));
  for (const piece of pieces) take(piece);
  return events;
}

describe('event parser', () => {
  const text =
    'retry: 2000\n\n: heartbeat\n\nevent: stats\ndata: {"a":1}\n\nid: r-7\r\nevent: gap\r\ndata:x\r\ndata: y\r\n\r\ndata\rdata: z\r\revent: none\n\n';
  const expected = [
    { event: 'stats', data: '{"a":1}', id: '' },
    { event: 'gap', data: 'x\ny', id: 'r-7' },
    { event: 'message', data: '\nz', id: 'r-7' },
  ];

  it('reads events, leaves comments and empty ones out', () => {
    expect(parse([text])).toEqual(expected);
  });

  it('does not mind where the pieces are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length })), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
        expect(parse(pieces)).toEqual(expected);
      }),
    );
  });
});
