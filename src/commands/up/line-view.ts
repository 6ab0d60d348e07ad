import type { Output } from '../../output/output.ts';
import { showFetch } from '../../stack/fetch-words.ts';
import type { ServiceStatus } from '../../stack/state.ts';
import { took } from './status-row.ts';
import { leftoversText, type UpView, unwrittenText } from './view.ts';

/** One line for each change that matters: for logs and pipes. */
export function lineView(output: Output): UpView {
  const known = new Map<string, string>();
  const fetched = showFetch(output);
  const showService = (status: ServiceStatus) => {
    const { name, kind, state, process, detail } = status;
    // A process is news when it has a pid.
    if (known.get(name) === state || (state === 'starting' && kind === 'process' && process === undefined))
      return;
    known.set(name, state);
    if (kind === 'task' && state !== 'ready' && state !== 'failed') return;
    const facts = [
      process === undefined ? '' : `pid ${process.pid}`,
      state === 'ready' ? took(status) : '',
      detail,
    ];
    output.note(
      `${name.padEnd(10)} ${state.padEnd(10)} ${facts.filter((fact) => fact !== '').join(', ')}`.trimEnd(),
    );
  };
  return {
    show(event) {
      if (event.type === 'leftovers') output.note(leftoversText(event.names));
      if (event.type === 'fetch') fetched(event.progress);
      if (event.type === 'service') showService(event.status);
      if (event.type === 'unwritten') output.note(unwrittenText(event.reason));
      if (event.type === 'stopping')
        output.note('Stopping everything in order; a second signal kills it at once.');
    },
    say: (text) => output.note(text),
    footer: () => undefined,
    end: () => undefined,
  };
}
