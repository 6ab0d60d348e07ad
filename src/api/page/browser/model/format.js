const counts = new Intl.NumberFormat('en');
const rates = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const clockWithSeconds = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `1,250`. @param {number} value */
export function formatCount(value) {
  return counts.format(value);
}

/** A rate to a tenth, and from 100 on to the whole: `0.3`, `12`, `1,204`. @param {number} perSecond */
export function formatRate(perSecond) {
  return perSecond >= 100 ? counts.format(Math.round(perSecond)) : rates.format(perSecond);
}

/** Time of day where the reader is: `14:05`. @param {number} epochMs */
export function formatClock(epochMs) {
  return clock.format(epochMs);
}

/** `14:05:09`. @param {number} epochMs */
export function formatClockSeconds(epochMs) {
  return clockWithSeconds.format(epochMs);
}

/** What is left, as a clock shows it: `9:05`, `1:00:00`. Never below zero. @param {number} ms */
export function formatCountdown(ms) {
  const total = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  if (hours === 0) return `${minutes}:${pad(seconds)}`;
  return `${hours}:${pad(minutes)}:${pad(seconds)}`;
}

/** A length in its two largest units: `12 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. @param {number} ms */
export function formatDuration(ms) {
  const total = Math.max(0, Math.round(ms / 1000));
  /** @type {[number, string][]} */
  const units = [
    [Math.floor(total / 86_400), 'd'],
    [Math.floor(total / 3600) % 24, 'h'],
    [Math.floor(total / 60) % 60, 'min'],
    [total % 60, 's'],
  ];
  const first = units.findIndex(([amount]) => amount > 0);
  if (first === -1) return '0 s';
  const shown = units.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, unit]) => `${amount} ${unit}`).join(' ');
}

/** `98 %`, and never a false `100 %`. @param {number} share 0–1 */
export function formatShare(share) {
  const percent = share >= 1 ? 100 : Math.min(99, Math.round(share * 100));
  return `${percent} %`;
}

/** @param {number} value */
function pad(value) {
  return String(value).padStart(2, '0');
}
