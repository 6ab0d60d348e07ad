import type { DashboardState } from '../model/dashboard-state.ts';

const noApi = 'The API does not answer: start it with `twitchstats up`, see `twitchstats status`.';

/** What is said where nothing is known, with what to do. @param otherwise where the API has told all that it knows */
export function whyNothing({ connection, health }: DashboardState, otherwise: string): string {
  if (connection.state === 'connecting') return 'Waiting for the API.';
  if (connection.state === 'lost') return connection.isRefused ? 'The API refuses: see above.' : noApi;
  const isLoading = health?.parts.some(({ name, state }) => name === 'cache' && state === 'loading');
  return isLoading ? 'The API has not read all counts yet.' : otherwise;
}

/** What is said where none of the channels that were asked for is known, with what to do. */
export function notCounted(only: readonly string[]): string {
  return `No counts of ${only.join(', ')} so far. \`twitchstats stats\` lists what is counted.`;
}

/** Of a channel that was opened from the list and has left it since. */
export const forgotten = 'This channel is not counted any more.';
