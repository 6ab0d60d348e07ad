import { AppError, hasCode, messageOf } from './errors.ts';

/** Where a server was to listen, and what the user may type instead. */
interface Wanted {
  readonly host: string;
  readonly port: number;
  /** Where the port comes from: `--port or PORT`. */
  readonly portFrom: string;
  /** Where host and port come from, for an address that this machine does not have or may not take: `HOST and PORT`. */
  readonly addressFrom: string;
}

/** PORT_IN_USE when somebody listens there; CONFIG_INVALID for any other reason, which is in the address (EACCES, EADDRNOTAVAIL, ENOTFOUND). */
export function listenError(cause: unknown, { host, port, portFrom, addressFrom }: Wanted): AppError {
  const detail = messageOf(cause);
  if (hasCode(cause, 'EADDRINUSE')) {
    const hint = `Stop what holds it, or choose another one with ${portFrom}.`;
    return new AppError('PORT_IN_USE', `Port ${port} on ${host} is taken`, { detail, hint, cause });
  }
  const hint = `Check ${addressFrom}.`;
  return new AppError('CONFIG_INVALID', `Cannot listen on ${host}:${port}`, { detail, hint, cause });
}
