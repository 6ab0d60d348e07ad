import type { TraceEvent } from '../cassandra/trace.ts';
import { renderTable } from './table.ts';

/** The steps of a trace as a table, in the order in which they were taken. */
export function traceTimeline(events: readonly TraceEvent[]): string {
  const ordered = [...events].sort((a, b) => (a.source_elapsed ?? 0) - (b.source_elapsed ?? 0));
  return renderTable(
    [
      { title: 'MICROSECONDS', align: 'right', value: ({ source_elapsed }) => source_elapsed ?? '' },
      { title: 'NODE', value: ({ source }) => source },
      { title: 'STEP', value: ({ activity }) => activity.replace(/\s+/g, ' ').slice(0, 110) },
    ],
    ordered,
  );
}
