import { zoneOffset } from '../cli/time-zone.ts';

const MINUTE_MS = 60_000;

/** `2026-11-23T13:30:00.123+01:00`, or `…Z` in UTC. */
export function isoTime(epoch: number, timeZone: string): string {
  const offset = offsetAt(epoch, timeZone);
  const wall = new Date(epoch + offset).toISOString();
  if (timeZone === 'UTC') return wall;
  const minutes = Math.abs(offset) / MINUTE_MS;
  const pair = (number: number) => String(Math.floor(number)).padStart(2, '0');
  return `${wall.slice(0, -1)}${offset < 0 ? '-' : '+'}${pair(minutes / 60)}:${pair(minutes % 60)}`;
}

/** `2026-11-23T13:30:00+01:00`: a time of whole seconds. */
export function isoSeconds(epoch: number, timeZone: string): string {
  return isoTime(epoch, timeZone).replace('.000', '');
}

/** `13:30:00` */
export function clockTime(epoch: number, timeZone: string): string {
  return new Date(epoch + offsetAt(epoch, timeZone)).toISOString().slice(11, 19);
}

/** `2026-11-23` */
export function calendarDay(epoch: number, timeZone: string): string {
  return new Date(epoch + offsetAt(epoch, timeZone)).toISOString().slice(0, 10);
}

/** Zones change their offset on a quarter of an hour, and neighbouring messages share one: asked once each. */
let latest = { zone: '', quarter: Number.NaN, offset: 0 };

function offsetAt(epoch: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const quarter = Math.floor(epoch / (15 * MINUTE_MS));
  if (latest.quarter !== quarter || latest.zone !== zone) {
    latest = { zone, quarter, offset: zoneOffset(epoch, zone) };
  }
  return latest.offset;
}
