import './react-production.ts';
import type { ChalkInstance } from 'chalk';
import { type Key, render } from 'ink';
import { createElement } from 'react';
import type { Io } from '../../cli/io.ts';
import { keyName } from '../keymap/key-name.ts';
import type { DashboardModel } from '../model/dashboard-model.ts';
import { frame } from '../view/frame.ts';
import { paintLine } from '../view/paint-line.ts';
import { Screen } from '../view/Screen.tsx';
import { CLEAR, enterAlternateScreen } from './alternate-screen.ts';
import { inkStreams } from './ink-streams.ts';
import { LineMarks } from './line-marks.ts';
import { watchTerminalSize } from './terminal-size.ts';

export interface ScreenOptions {
  readonly io: Io;
  readonly model: DashboardModel;
  readonly paint: ChalkInstance;
  readonly ascii: boolean;
  readonly signal: AbortSignal;
  /** Called before every look at the model. */
  readonly beforePaint?: () => void;
}

/** Numbers change at most twice a second: more is unrest for the eye. Keys are answered at once. */
const PAINT_EVERY_MS = 500;
/** Ink's own limit, for keys that repeat. */
const MAX_FPS = 10;
/** Without parameters the last letter is a capital: `[` and then `q`, read at once, are two keys. */
const restOfSequence = /^(\[[0-9;<?]+[ -/]*[@-Z^-~]|\[[A-Z]|O[A-Z])$/;

/**
 * Shows the dashboard until a key or the signal ends it, and leaves the terminal as it was. Paints only what changed.
 * @returns `interrupt` for Ctrl-C, which is a key in raw mode; else `quit`.
 */
export async function runScreen(options: ScreenOptions): Promise<'quit' | 'interrupt'> {
  const { io, model, paint, ascii, signal, beforePaint } = options;
  const leave = enterAlternateScreen(io.stdout);
  let end: (how: 'quit' | 'interrupt') => void = () => undefined;
  const ended = new Promise<'quit' | 'interrupt'>((resolve) => {
    end = resolve;
  });
  const hasKeys = io.stdin.isTTY === true;
  const marks = new LineMarks();
  let shown: readonly string[] = [];
  let resizes = 0;
  let isResizing = false;

  const look = () => {
    beforePaint?.();
    model.settle();
    const { columns, rows } = sizeOf(io.stdout);
    const now = Date.now();
    const props = {
      state: model.state,
      screen: model.screen,
      columns,
      rows,
      now: model.shownAt(now),
      liveness: { connection: model.current.connection, now },
      hasKeys,
      ascii,
    };
    const lines = frame(props).map((line) => paintLine(line, paint));
    // After a resize the screen was cleared behind Ink's back, and Ink writes only what differs: one blank line does.
    return resizes % 2 === 0 ? lines : [...lines, ''];
  };
  const onKey = (input: string, key: Key) => {
    // A key that Ink does not know, such as Shift-F3, arrives as what follows its Esc.
    if (restOfSequence.test(input)) return;
    const presses =
      input.length > 1 || input === '\n'
        ? typedAtOnce(input)
        : [[key.ctrl || key.meta || input < ' ' ? '' : input, keyName(input, key)]];
    for (const [typed = '', name] of presses) {
      const action = model.press(name, typed, Date.now(), sizeOf(io.stdout).rows - 8);
      if (action === 'quit' || action === 'interrupt') return end(action);
    }
    repaint();
  };
  const screen = () =>
    createElement(Screen, { marks: shown.map((line) => marks.mark(line)), onKey, hasKeys });
  const repaint = () => {
    if (isResizing) return;
    const lines = look();
    if (lines.length === shown.length && lines.every((line, row) => line === shown[row])) return;
    shown = lines;
    instance.rerender(screen());
  };

  const instance = render(screen(), {
    ...inkStreams(io, marks),
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: MAX_FPS,
  });
  const stopWatching = watchTerminalSize(io.stdout, {
    onResizing: () => {
      isResizing = true;
    },
    onResized: () => {
      isResizing = false;
      resizes += 1;
      io.stdout.write(CLEAR);
      repaint();
    },
  });
  const timer = setInterval(repaint, PAINT_EVERY_MS);
  const onAbort = () => end('quit');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    repaint();
    return await ended;
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearInterval(timer);
    stopWatching();
    instance.unmount();
    leave();
  }
}

/** In cells. A terminal that does not know its size says 0. */
function sizeOf({ columns, rows }: { readonly columns?: number; readonly rows?: number }) {
  return { columns: columns || 80, rows: rows || 24 };
}

/** What is typed fast arrives as one piece: each character with the name of its key. */
function typedAtOnce(input: string): (readonly [string, string])[] {
  const names: Readonly<Record<string, string>> = {
    ' ': 'space',
    '\r': 'enter',
    '\n': 'enter',
    '\x7f': 'backspace',
    '\b': 'backspace',
    '\x03': 'ctrl+c',
  };
  return [...input].map((typed) => [typed < ' ' ? '' : typed, names[typed] ?? typed]);
}
