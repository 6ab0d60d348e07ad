import { keyLabel } from '../keymap/key-name.ts';
import { activeBindings } from '../keymap/keymap.ts';
import type { PipelineHealth } from '../model/dashboard-event.ts';
import { formatAge } from './format.ts';
import type { FrameProps } from './frame-props.ts';
import { type Line, type Span, span } from './line.ts';

/** The last lines: how the pipeline is, and the keys that work now (or the filter that is being typed). */
export function footer({ state, screen, now, ascii }: FrameProps): Line[] {
  const filter =
    screen.isFiltering || screen.filter !== ''
      ? [span(`/${screen.filter}${screen.isFiltering ? '_' : ''}  `, 'accent')]
      : [];
  const keys = activeBindings(screen).flatMap(({ keys, short }) =>
    short === undefined || keys[0] === undefined
      ? []
      : [span(keyLabel(keys[0], ascii), 'strong'), span(` ${short}  `, 'dim')],
  );
  const gap = state.lastGap;
  const heard =
    gap === undefined
      ? []
      : [span(`  gap in ${gap.channelName} ${formatAge(now - gap.to)} ago: ${gap.reason}`, 'warn')];
  return [[], [...health(state.health), ...heard], [...filter, ...keys]];
}

function health(pipeline: PipelineHealth | undefined): Span[] {
  if (pipeline === undefined) return [span('pipeline: unknown', 'dim')];
  const parts = pipeline.parts.map(({ name, state }) =>
    span(`  ${name} ${state}`, isWell(state) ? 'dim' : 'bad'),
  );
  const lag =
    pipeline.lag === undefined ? [] : [span(`  lag ${pipeline.lag}`, pipeline.lag > 1000 ? 'warn' : 'dim')];
  return [
    span(`pipeline ${pipeline.status}`, pipeline.status === 'healthy' ? 'good' : 'bad'),
    ...parts,
    ...lag,
  ];
}

function isWell(state: string): boolean {
  return ['connected', 'ready', 'up', 'running'].includes(state);
}
