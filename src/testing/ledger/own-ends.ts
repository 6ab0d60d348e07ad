import type { ServiceName } from '../../stack/service.ts';

/** What a process did that was no fault of ours. */
export interface OwnEnd {
  /** Of the victim: `counter-2`. */
  readonly name: string;
  readonly service: ServiceName;
  /** It ended though it had been ready; it did not become ready; it was not started any more, for it never did. */
  readonly kind: 'ended' | 'failed to start' | 'given up';
  /** Such as `exit code 1`. */
  readonly how: string;
}

const servers: readonly ServiceName[] = ['kafka', 'cassandra'];

/** Those that no design allows, one line each: open entries of the books. Kafka and Cassandra alone are not ours. */
export function unexpectedEnds(ends: readonly OwnEnd[]): string[] {
  return ends.filter(isUnexpected).map((end) => `by itself: ${lineOf(end)}`);
}

/** All of them, one line a process and way: `count failed to start (exit code 1), 2 × by itself`. */
export function ownEndsSummary(ends: readonly OwnEnd[]): string[] {
  const times = new Map<string, number>();
  for (const end of ends) times.set(lineOf(end), (times.get(lineOf(end)) ?? 0) + 1);
  return [...times].map(([line, count]) => `${line}, ${count} × by itself`);
}

function isUnexpected({ service, kind }: OwnEnd): boolean {
  return kind === 'given up' || !servers.includes(service);
}

function lineOf({ name, kind, how }: OwnEnd): string {
  return `${name} ${kind} (${how})`;
}
