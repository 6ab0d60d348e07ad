import type { Io } from '../../cli/io.ts';
import { createLiveLines } from '../../output/live-lines.ts';
import type { Output } from '../../output/output.ts';
import type { FetchProgress } from '../../stack/artefacts.ts';
import { fetchText } from '../../stack/fetch-words.ts';
import type { StackEvent } from '../../stack/run-stack.ts';
import type { ServiceStatus } from '../../stack/state.ts';
import { statusRow } from './status-row.ts';
import { leftoversText, type UpView, unwrittenText } from './view.ts';

/**
 * While something starts, a table that is painted in place; once all is ready it stays, and a line below it moves; while
 * all stops, a line says who is still waited for.
 */
export function liveView(io: Io, output: Output): UpView {
  const lines = createLiveLines(io.stderr);
  const services = new Map<string, ServiceStatus>();
  const fetches = new Map<string, FetchProgress>();
  let phase: 'starting' | 'running' | 'stopping' = 'starting';
  let footer: string | undefined;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;

  const painted = (): string[] => {
    if (phase === 'running') return footer === undefined ? [] : [footer];
    if (phase === 'stopping') return [stoppingText([...services.values()])];
    const fetching = [...fetches.values()].filter(({ done, total }) => done < total).map(fetchText);
    return [
      ...fetching,
      ...[...services.values()].map((status) => statusRow(status, frame, output.wordPaint)),
    ];
  };
  const paint = () => {
    frame += 1;
    lines.update(painted());
  };
  const animate = () => {
    timer ??= setInterval(paint, 100);
  };
  const rest = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const say = (text: string) => {
    lines.clear();
    output.note(text);
    paint();
  };
  const change = (event: StackEvent) => {
    switch (event.type) {
      case 'leftovers':
        say(leftoversText(event.names));
        break;
      case 'fetch':
        if (event.progress.bytes > 0) fetches.set(event.progress.name, event.progress);
        animate();
        break;
      case 'planned':
        for (const status of event.services) services.set(status.name, status);
        animate();
        break;
      case 'service':
        services.set(event.status.name, event.status);
        // Once all was ready, what crashes or comes back is news.
        if (phase === 'running' && event.status.state !== 'starting')
          say(statusRow(event.status, frame, output.wordPaint));
        break;
      case 'unwritten':
        say(unwrittenText(event.reason));
        break;
      case 'ready':
        rest();
        paint();
        lines.keep();
        phase = 'running';
        break;
      case 'stopping':
        phase = 'stopping';
        lines.clear();
        output.note('Stopping everything in order; Ctrl-C again kills it at once.');
        animate();
        break;
    }
  };
  return {
    show: change,
    say,
    footer(text) {
      footer = text;
      if (phase === 'running') paint();
    },
    end() {
      rest();
      if (phase === 'starting') {
        paint();
        lines.keep();
      } else lines.clear();
    },
  };
}

function stoppingText(services: readonly ServiceStatus[]): string {
  const left = services.filter(
    ({ kind, state }) => kind === 'process' && state !== 'stopped' && state !== 'waiting',
  );
  return left.length === 0 ? '' : `  waiting for ${left.map(({ name }) => name).join(', ')}`;
}
