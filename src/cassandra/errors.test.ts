import { errors, types } from 'cassandra-driver';
import { expect, it } from 'vitest';
import { toCassandraError } from './errors.ts';

const settings = { CASSANDRA_HOSTS: ['127.0.0.1:9042'] };
const slow = new errors.OperationTimedOutError(
  'The host 127.0.0.1:9042 did not reply before timeout 5000 ms',
);
const noHost = (inner: Error) => new errors.NoHostAvailableError({ '127.0.0.1:9042': inner });
const answer = (code: number, words: string) => new errors.ResponseError(code, words);

it.each([
  ['no answer in time, tried on all nodes', noHost(slow), /did not answer in time/, /busy/],
  ['no answer in time to a statement that is not tried again', slow, /did not answer in time/, /busy/],
  [
    'replicas that did not answer the node in time',
    answer(types.responseErrorCodes.readTimeout, 'Server timeout during read query at consistency LOCAL_ONE'),
    /did not answer in time/,
    /busy/,
  ],
  [
    'too few replicas',
    // The driver asks the next node then, and there is none.
    noHost(
      answer(types.responseErrorCodes.unavailableException, 'Not enough replicas (2 required, 1 alive)'),
    ),
    /too few live replicas/,
    /CASSANDRA_CONSISTENCY/,
  ],
  ['nobody there', noHost(new Error('connect ECONNREFUSED 127.0.0.1:9042')), /^Cannot reach/, /stack up/],
])('says of %s what it is, and what to do', (_, error, says, hint) => {
  const told = toCassandraError(error, settings);
  expect(told).toMatchObject({
    code: 'CASSANDRA_UNREACHABLE',
    retryable: true,
    message: expect.stringMatching(says),
    hint: expect.stringMatching(hint),
  });
});
