import { expect, it } from 'vitest';
import { endedEarly } from './detach.ts';

it('takes a supervisor that `down` has ended for stopped, and any other early end for a failure', () => {
  expect(endedEarly(143, 'supervisor.log', ['stopping'])).toMatchObject({ code: 'STACK_NOT_RUNNING' });
  expect(endedEarly(130, 'supervisor.log', ['stopping'])).toMatchObject({ code: 'STACK_NOT_RUNNING' });
  for (const code of [1, 134, null])
    expect(endedEarly(code, 'supervisor.log', ['one', 'two'])).toMatchObject({
      code: 'SERVICE_FAILED',
      detail: 'one\ntwo',
      hint: 'See supervisor.log.',
    });
});
