import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../contract/errors.ts';
import { fullDisk } from './disk.ts';
import { asHomeError } from './home-error.ts';

describe('a full disk', () => {
  it('is told with what is left of it', () => {
    expect(fullDisk(tmpdir(), Number.POSITIVE_INFINITY)).toMatch(
      /^the disk is full, \d+\.\d MiB are free in \//,
    );
    expect(fullDisk(tmpdir(), 0)).toBeUndefined();
    expect(fullDisk(join(tmpdir(), 'no such directory'), Number.POSITIVE_INFINITY)).toBeUndefined();
  });

  it('is an error of the home, also where Node does not say which file found no room', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(asHomeError(full, '/home')).toMatchObject({
      code: 'HOME_NOT_WRITABLE',
      message: 'Cannot write to /home',
      hint: expect.stringContaining('Free some space'),
    });
    const refused = Object.assign(new Error('EPERM: kill'), { code: 'EPERM' });
    expect(asHomeError(refused, '/home')).not.toBeInstanceOf(AppError);
  });
});
