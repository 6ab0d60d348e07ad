import { expect, it } from 'vitest';
import { type OwnEnd, ownEndsSummary, unexpectedEnds } from './own-ends.ts';

const end = (service: OwnEnd['service'], kind: OwnEnd['kind'], how = 'exit code 1'): OwnEnd => ({
  name: service,
  service,
  kind,
  how,
});

it('leaves each end open that no design allows, and says of all how often they were', () => {
  const allowed = [end('kafka', 'ended'), end('kafka', 'ended'), end('cassandra', 'failed to start')];
  expect(unexpectedEnds(allowed)).toEqual([]);
  expect(ownEndsSummary(allowed)).toEqual([
    'kafka ended (exit code 1), 2 × by itself',
    'cassandra failed to start (exit code 1), 1 × by itself',
  ]);
  const open = [
    end('ingest', 'ended'),
    end('api', 'failed to start'),
    end('processor', 'failed to start', 'missing topics'),
    end('kafka', 'given up'),
  ];
  expect(unexpectedEnds([...allowed, ...open])).toEqual([
    'by itself: ingest ended (exit code 1)',
    'by itself: api failed to start (exit code 1)',
    'by itself: processor failed to start (missing topics)',
    'by itself: kafka given up (exit code 1)',
  ]);
});
