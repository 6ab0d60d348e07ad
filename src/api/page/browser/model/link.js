import { formatDuration } from './format.js';

/**
 * @typedef {object} Link how the stream is
 * @property {'connecting' | 'open' | 'waiting'} phase
 * @property {number} lastDataAt epoch ms of the last byte; 0 before the first
 * @property {string | null} reason why it was lost
 * @property {number | null} retryAt epoch ms of the next try
 */

/** The API sends something every 15 seconds, be it a heartbeat. */
export const SILENT_AFTER_MS = 17_000;

/**
 * Whether what the page shows can be believed, and what to say about it. `stale` is a live stream whose API has lost its
 * own source.
 * @param {Link} link
 * @param {'ready' | 'loading' | 'stale' | undefined} cache
 * @param {number} now
 * @returns {{ tone: 'live' | 'stale' | 'dead' | 'connecting', text: string, detail: string }}
 */
export function describeLink(link, cache, now) {
  if (link.phase === 'connecting' && link.lastDataAt === 0 && link.reason === null) {
    return { tone: 'connecting', text: 'Connecting…', detail: '' };
  }
  const silentMs = now - link.lastDataAt;
  if (link.phase !== 'open' || silentMs > SILENT_AFTER_MS) {
    const text = link.lastDataAt === 0 ? 'No data yet' : `No data for ${formatDuration(silentMs)}`;
    return { tone: 'dead', text, detail: lossDetail(link, now) };
  }
  if (cache === 'loading') {
    return {
      tone: 'stale',
      text: 'Loading counts',
      detail: 'The API is still reading the counts from Kafka.',
    };
  }
  if (cache === 'stale') {
    return {
      tone: 'stale',
      text: 'Last known counts',
      detail: 'The API has lost Kafka; nothing new is counted.',
    };
  }
  return { tone: 'live', text: 'Live', detail: '' };
}

/** @param {Link} link @param {number} now */
function lossDetail({ phase, reason, retryAt }, now) {
  if (phase === 'open') return 'The connection is open, but nothing comes.';
  const why = reason ?? 'The connection was lost.';
  if (phase === 'connecting') return `${why} Trying again…`;
  const seconds = Math.max(0, Math.ceil(((retryAt ?? now) - now) / 1000));
  return `${why} Next try in ${seconds} s.`;
}
