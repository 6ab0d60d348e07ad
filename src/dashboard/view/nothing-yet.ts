/** What is said where the API does not answer, with what to do. */
export const noApi = 'The API does not answer: start it with `twitchstats up`, see `twitchstats status`.';

/** What is said where none of the channels that were asked for is known, with what to do. */
export function notCounted(only: readonly string[]): string {
  return `No counts of ${only.join(', ')} so far. \`twitchstats stats\` lists what is counted.`;
}

/** Of a channel that was opened from the list and has left it since. */
export const forgotten = 'This channel has said nothing for a day, and is not counted any more.';
