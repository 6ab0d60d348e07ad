import { expect, it } from 'vitest';
import { assertOwnServersFitIn } from './own-servers.ts';

it('takes a home for Kafka but one with a comma, which would end the path', () => {
  expect(() => assertOwnServersFitIn('/home/é and more/#1')).not.toThrow();
  expect(() => assertOwnServersFitIn('/home/Foo, Inc')).toThrow('Kafka cannot live under /home/Foo, Inc');
});
