import { keyLabel } from '../keymap/key-name.ts';
import { activeBindings } from '../keymap/keymap.ts';
import type { PartHealth, PipelineHealth } from '../model/dashboard-event.ts';
import { formatDuration } from './format.ts';
import type { FrameProps } from './frame-props.ts';
import { type Line, span, widthOf } from './line.ts';

/** The last lines: how the pipeline is, and the keys that work now (or the filter that is being typed). */
export function footer({ state, screen, columns, now, ascii, liveness, hasKeys }: FrameProps): Line[] {
  const filter =
    screen.isFiltering || screen.filter !== ''
      ? [span(`/${screen.filter}${screen.isFiltering ? '_' : ''}  `, 'accent')]
      : [];
  const bindings = hasKeys ? activeBindings(screen) : [];
  const keys = bindings.flatMap(({ keys, short }) =>
    short === undefined || keys[0] === undefined
      ? []
      : [span(keyLabel(keys[0], ascii), 'strong'), span(` ${short}  `, 'dim')],
  );
  const gap = state.lastGap;
  const heard =
    gap === undefined
      ? []
      : [span(`  gap in ${gap.channelName} ${formatDuration(now - gap.to)} ago: ${gap.reason}`, 'warn')];
  // Only the stream says how it is: without one the last word is worth nothing.
  const known = liveness.connection.state === 'connected' ? state.health : undefined;
  const whole = [...health(known, () => true), ...heard];
  const line = widthOf(whole) <= columns ? whole : [...health(known, (part) => !isWell(part)), ...heard];
  const onlySignals = hasKeys ? [] : [span('Ctrl-C', 'strong'), span(' quit', 'dim')];
  return [[], line, [...filter, ...keys, ...onlySignals]];
}

/** How the API is and, of those it depends on, the parts that `isShown`. */
function health(api: PipelineHealth | undefined, isShown: (part: PartHealth) => boolean): Line {
  if (api === undefined) return [span('API: unknown', 'dim')];
  const parts = api.parts
    .filter(isShown)
    .map((part) => span(`  ${part.name} ${part.state}`, isWell(part) ? 'dim' : 'bad'));
  const lag = api.lag === undefined ? [] : [span(`  lag ${api.lag}`, api.lag > 1000 ? 'warn' : 'dim')];
  return [span(`API ${api.status}`, api.status === 'healthy' ? 'good' : 'bad'), ...parts, ...lag];
}

function isWell({ state }: PartHealth): boolean {
  return ['connected', 'ready', 'up', 'running'].includes(state);
}
