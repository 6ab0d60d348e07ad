import { expect, test } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { settingsSchema } from '../config/settings.ts';
import { AppError } from '../contract/errors.ts';
import { checkExposure } from './guard.ts';

const check = (settings: Record<string, unknown>) => () => checkExposure(settingsSchema.parse(settings));

test.each(['two words', 'new\nline', 'tab\tstop', 'bell\u0007', 'schlüssel'])(
  'the token %j is refused at the start, and not repeated',
  (token) => {
    const load = () => loadConfig({ env: { API_TOKEN: token }, cwd: '/nowhere' });
    expect(load).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    try {
      load();
    } catch (error) {
      const detail = error instanceof AppError ? error.detail : '';
      expect(detail).toContain('API_TOKEN (from environment): a token is visible ASCII without spaces');
      expect(detail).not.toContain(token);
    }
  },
);

test('without a token only loopback is listened on', () => {
  for (const HOST of ['127.0.0.1', 'localhost', '::1', '127.3.2.1']) expect(check({ HOST })).not.toThrow();
  for (const HOST of ['0.0.0.0', '::', '192.168.1.2', '127.0.0.1.example', 'example.org']) {
    expect(check({ HOST })).toThrow(`The API would be open to everyone who reaches ${HOST}`);
    expect(check({ HOST, API_TOKEN: 'swordfish' })).not.toThrow();
    expect(check({ HOST, API_OPEN: 'true' })).not.toThrow();
  }
});
