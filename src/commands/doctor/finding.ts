/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failure';
  readonly detail: string;
  /** What to do; only when it is not ok. */
  readonly remedy?: string;
}

export function ok(name: string, detail: string): Finding {
  return { name, state: 'ok', detail };
}

export function warning(name: string, detail: string, remedy: string): Finding {
  return { name, state: 'warning', detail, remedy };
}

export function failure(name: string, detail: string, remedy: string): Finding {
  return { name, state: 'failure', detail, remedy };
}
