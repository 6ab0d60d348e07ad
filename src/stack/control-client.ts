import { AppError, messageOf } from '../contract/errors.ts';
import type { ControlRequest } from './control-server.ts';
import { fromWireError } from './error-wire.ts';
import type { StackState } from './state.ts';

/**
 * Asks the supervisor of a running stack for something; resolves when that is done.
 * @throws AppError what the supervisor answered; STACK_NOT_RUNNING when it went away meanwhile
 */
export async function askSupervisor(
  state: StackState,
  request: ControlRequest,
  signal: AbortSignal,
): Promise<void> {
  const { port, token } = state.control;
  let response: Response;
  try {
    response = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal,
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new AppError('STACK_NOT_RUNNING', 'The stack ended meanwhile', { detail: messageOf(cause), cause });
  }
  if (!response.ok) throw fromWireError(await response.json());
}
