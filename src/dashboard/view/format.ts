import { wholePercent } from '../../output/whole-percent.ts';

const thousands = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,234,567`, shortened to `12.3M` where it would be wider than `width`. */
export function formatCount(count: number, width = 9): string {
  const full = thousands.format(count);
  if (full.length <= width) return full;
  return count >= 1e9 ? `${(count / 1e9).toFixed(1)}G` : `${(count / 1e6).toFixed(1)}M`;
}

/** Messages a second: one decimal below 100, none above, so that the width stays. */
export function formatRate(rate: number): string {
  return rate < 100 ? rate.toFixed(1) : thousands.format(rate);
}

/** How long ago, in one unit: `now`, `12s`, `5m`, `3h`, `2d`. */
export function formatAge(ms: number): string {
  return ms < 3000 ? 'now' : formatDuration(ms);
}

/** How long, in one unit: `0s`, `12s`, `5m`, `3h`, `2d`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** How long still, as a clock: `07:31`, `1:02:03`. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const pad = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${pad(minutes)}:${pad(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

/** The local time of day of an instant: `14:30`, and its day where that is not the day of `now`. */
export function formatTime(at: number, now: number): string {
  const date = new Date(at);
  const pad = (value: number) => String(value).padStart(2, '0');
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${time}`;
}

/** A share (0–1) in whole per cent, rounded down. */
export function formatShare(share: number | undefined): string {
  return share === undefined ? '–' : `${wholePercent(share)}%`;
}
