import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShell, type Shell } from './testing/shell.ts';

/** Takes no byte, with the error of a full disk: full(4). */
const full = '/dev/full';

describe.runIf(existsSync(full))('on a full disk', () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await createShell({});
  });
  afterAll(() => shell.dispose());

  it('a command whose output finds no room says so and fails', async () => {
    const { code, stderr } = await shell.run(`twitchstats completion bash >${full}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: Cannot write the output\n {2}ENOSPC.*\nnext: Free some space/);
  });

  it('one whose words find no room goes on', async () => {
    expect(await shell.run(`twitchstats nonsense 2>${full}`)).toMatchObject({ code: 2 });
    const { code, stdout } = await shell.run(`twitchstats --log-level debug completion bash 2>${full}`);
    expect(code).toBe(0);
    expect(stdout).toContain('twitchstats');
  });
});
