import { fileURLToPath } from 'node:url';
import * as pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

export interface PseudoTerminal {
  /** Everything that was written to the terminal, raw. */
  raw(): string;
  /** The lines that a person sees now, without trailing blanks. */
  screen(): string[];
  /** Whether the alternate screen is shown. */
  isAlternate(): boolean;
  isCursorHidden(): boolean;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the screen's text matches; rejects, showing the screen, when the process ends first. */
  shows(pattern: RegExp): Promise<string>;
  readonly ended: Promise<{ exitCode: number; signal: number | undefined }>;
}

export interface PseudoTerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const main = fileURLToPath(new URL('./cli-main.ts', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs `twitchstats ARGV…`, from the sources, on a terminal of its own. */
export function runOnTerminal(argv: readonly string[], options: PseudoTerminalOptions = {}): PseudoTerminal {
  return runNodeOnTerminal(['--import', 'tsx', main, ...argv], options);
}

/** Runs node with `args` on a terminal of its own, in the root of the repository. */
export function runNodeOnTerminal(
  args: readonly string[],
  { columns = 100, rows = 30, env = {} }: PseudoTerminalOptions = {},
): PseudoTerminal {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const child = pty.spawn(process.execPath, [...args], {
    cols: columns,
    rows,
    cwd: root,
    name: 'xterm-256color',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
  });
  let raw = '';
  const checks = new Set<() => void>();
  child.onData((data) => {
    raw += data;
    terminal.write(data, () => {
      for (const check of checks) check();
    });
  });
  const ended = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) => {
    // Through the terminal's own queue: what was written last is on the screen when this resolves.
    child.onExit(({ exitCode, signal }) =>
      setTimeout(() => terminal.write('', () => resolve({ exitCode, signal })), 50),
    );
  });
  const screen = () => {
    const { active } = terminal.buffer;
    return Array.from(
      { length: terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
  };
  return {
    raw: () => raw,
    screen,
    isAlternate: () => terminal.buffer.active.type === 'alternate',
    isCursorHidden: () => raw.lastIndexOf('\x1b[?25l') > raw.lastIndexOf('\x1b[?25h'),
    type: (keys) => child.write(keys),
    resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      child.resize(newColumns, newRows);
    },
    kill: (signal) => child.kill(signal),
    ended,
    shows(pattern) {
      return new Promise((resolve, reject) => {
        const check = () => {
          const text = screen().join('\n');
          if (!pattern.test(text)) return;
          checks.delete(check);
          resolve(text);
        };
        checks.add(check);
        ended.then(() => {
          check();
          reject(new Error(`the process ended before ${pattern} was shown:\n${screen().join('\n')}`));
        });
        check();
      });
    },
  };
}
