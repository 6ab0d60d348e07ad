/** A span of milliseconds in its two largest units: `6d 23h`, `2m 5s`, `850ms`. */
export function formatSpan(ms: number): string {
  if (ms < 0) return 'for ever';
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ];
  const at = Math.max(
    0,
    units.findIndex(([, size]) => ms >= size),
  );
  let left = ms;
  const parts = units.slice(at, at + 2).map(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}

/** Bytes in the unit that fits: `512 B`, `4.0 KiB`, `123.4 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const at = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${at === 0 ? Math.round(bytes) : (bytes / 1024 ** at).toFixed(1)} ${units[at] ?? ''}`;
}

/** `2026-11-23` in UTC, as the data's days are. */
export function formatDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
