import type { ChalkInstance } from 'chalk';
import type { ServiceStatus } from '../../stack/state.ts';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** A service in one line. `frame` turns its spinner. */
export function statusRow(status: ServiceStatus, frame: number, paint: ChalkInstance): string {
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
export function took({ startedAt, readyAt, state }: ServiceStatus): string {
  if (startedAt === undefined || (state !== 'starting' && state !== 'ready')) return '';
  return `${(((readyAt ?? Date.now()) - startedAt) / 1000).toFixed(1)} s`;
}
