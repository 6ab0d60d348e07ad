import type { ChalkInstance } from 'chalk';
import type { Io } from '../../cli/io.ts';
import { createLiveLines } from '../../output/live-lines.ts';
import type { Output } from '../../output/output.ts';
import type { FetchProgress } from '../../stack/artefacts.ts';
import { fetchText, showFetch } from '../../stack/fetch-words.ts';
import type { StackEvent } from '../../stack/run-stack.ts';
import type { ServiceStatus } from '../../stack/state.ts';

export interface StartView {
  show(event: StackEvent): void;
  end(): void;
}

/** How a start is shown: a live table on a terminal, lines elsewhere, nothing when quiet. */
export function createStartView(io: Io, output: Output, quiet: boolean): StartView {
  if (quiet) return { show: () => undefined, end: () => undefined };
  return io.stderr.isTTY === true && io.env.TERM !== 'dumb' ? liveView(io, output) : lineView(output);
}

/** One line for each change that matters. */
function lineView(output: Output): StartView {
  const known = new Map<string, string>();
  const fetched = showFetch(output);
  return {
    show(event) {
      if (event.type === 'leftovers') output.note(leftoversText(event.names));
      if (event.type === 'fetch') fetched(event.progress);
      if (event.type !== 'service') return;
      const { name, state, process, detail } = event.status;
      if (known.get(name) === state || (state === 'starting' && event.status.kind === 'process' && !process))
        return;
      known.set(name, state);
      const facts = [process === undefined ? '' : `pid ${process.pid}`, took(event.status), detail];
      output.note(
        `${name.padEnd(10)} ${state.padEnd(10)} ${facts.filter((fact) => fact !== '').join(', ')}`.trimEnd(),
      );
    },
    end: () => undefined,
  };
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** A table that is painted again in place, ten times a second while something starts. */
function liveView(io: Io, output: Output): StartView {
  const lines = createLiveLines(io.stderr);
  const services = new Map<string, ServiceStatus>();
  const fetches = new Map<string, FetchProgress>();
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  const paint = () => {
    frame += 1;
    const fetching = [...fetches.values()].filter(({ done, total }) => done < total).map(fetchText);
    const rows = [...services.values()].map((status) => row(status, frame, output.wordPaint));
    lines.update([...fetching, ...rows]);
  };
  const start = () => {
    timer ??= setInterval(paint, 100);
  };
  const end = () => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    paint();
    lines.keep();
    services.clear();
  };
  return {
    show(event) {
      if (event.type === 'leftovers') output.note(leftoversText(event.names));
      if (event.type === 'fetch') {
        fetches.set(event.progress.name, event.progress);
        start();
      }
      if (event.type === 'planned') {
        for (const status of event.services) services.set(status.name, status);
        start();
      }
      if (event.type === 'service') {
        services.set(event.status.name, event.status);
        // After the start has been shown, only what goes wrong or ends is news.
        if (timer === undefined && !(event.status.state === 'starting'))
          output.note(row(event.status, frame, output.wordPaint));
      }
      if (event.type === 'ready') end();
    },
    end,
  };
}

function row(status: ServiceStatus, frame: number, paint: ChalkInstance): string {
  const { name, state, detail } = status;
  const symbols: Record<ServiceStatus['state'], string> = {
    waiting: paint.dim('·'),
    starting: paint.yellow(spinner[frame % spinner.length] ?? '·'),
    ready: paint.green('✔'),
    restarting: paint.yellow('↻'),
    failed: paint.red('✖'),
    stopping: paint.yellow('·'),
    stopped: paint.dim('·'),
  };
  return `${symbols[state]} ${name.padEnd(10)} ${state.padEnd(10)} ${took(status).padStart(6)}  ${paint.dim(detail)}`.trimEnd();
}

/** How long the start took, or takes so far. */
function took({ startedAt, readyAt, state }: ServiceStatus): string {
  if (startedAt === undefined || (state !== 'starting' && state !== 'ready')) return '';
  return `${(((readyAt ?? Date.now()) - startedAt) / 1000).toFixed(1)} s`;
}

function leftoversText(names: readonly string[]): string {
  return `Waiting for ${names.join(', ')} of an earlier stack, which did not end in order.`;
}
