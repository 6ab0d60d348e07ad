import { expect, test } from 'vitest';
import { settingsSchema } from '../config/settings.ts';
import { checkExposure } from './guard.ts';

const check = (settings: Record<string, unknown>) => () => checkExposure(settingsSchema.parse(settings));

test('without a token only loopback is listened on', () => {
  for (const HOST of ['127.0.0.1', 'localhost', '::1', '127.3.2.1']) expect(check({ HOST })).not.toThrow();
  for (const HOST of ['0.0.0.0', '::', '192.168.1.2', '127.0.0.1.example', 'example.org']) {
    expect(check({ HOST })).toThrow(`The API would be open to everyone who reaches ${HOST}`);
    expect(check({ HOST, API_TOKEN: 'swordfish' })).not.toThrow();
    expect(check({ HOST, API_OPEN: 'true' })).not.toThrow();
  }
});
