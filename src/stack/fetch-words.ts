import type { Output } from '../output/output.ts';
import type { FetchProgress } from './artefacts.ts';

/** Says a download's progress in words, a few times a library set. */
export function showFetch(output: Pick<Output, 'note'>): (progress: FetchProgress) => void {
  const said = new Map<string, number>();
  return (progress) => {
    // Nothing had to be downloaded: that is no news.
    if (progress.bytes === 0) return;
    const quarter = Math.floor((progress.done / Math.max(progress.total, 1)) * 4);
    if (said.get(progress.name) === quarter) return;
    said.set(progress.name, quarter);
    output.note(fetchText(progress));
  };
}

export function fetchText({ name, done, total, bytes }: FetchProgress): string {
  // How many there are is known when their descriptions have been read.
  if (total === 0) return `Fetching the libraries of ${name} …`;
  return `Fetching the libraries of ${name}: ${done} of ${total}, ${(bytes / 1_000_000).toFixed(1)} MB`;
}
