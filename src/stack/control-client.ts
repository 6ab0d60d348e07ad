import { request as httpRequest } from 'node:http';
import { json } from 'node:stream/consumers';
import { AppError, messageOf } from '../contract/errors.ts';
import type { ControlRequest } from './control-server.ts';
import { fromWireError } from './error-wire.ts';
import type { StackState } from './state.ts';

/**
 * Asks the supervisor of a running stack for something; resolves when that is done, however long it takes.
 * @throws AppError what the supervisor answered; STACK_NOT_RUNNING when it went away meanwhile
 */
export async function askSupervisor(
  { control }: Pick<StackState, 'control'>,
  request: ControlRequest,
  signal: AbortSignal,
): Promise<void> {
  let answer: { readonly status: number | undefined; readonly body: unknown };
  try {
    answer = await post(control, request, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new AppError('STACK_NOT_RUNNING', 'The stack ended meanwhile', { detail: messageOf(cause), cause });
  }
  if (answer.status !== 200) throw fromWireError(answer.body);
}

/** Not `fetch`, which gives up when no answer has begun after five minutes. */
function post({ port, token }: StackState['control'], request: ControlRequest, signal: AbortSignal) {
  return new Promise<{ status: number | undefined; body: unknown }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    httpRequest({ host: '127.0.0.1', port, method: 'POST', headers, signal }, (response) => {
      json(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    })
      .once('error', reject)
      .end(JSON.stringify(request));
  });
}
