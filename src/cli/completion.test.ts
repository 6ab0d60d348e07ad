import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commands } from '../commands/registry.ts';
import { completionScript, completionShells } from './completion-scripts.ts';
import { completionTree } from './completion-tree.ts';

const tree = completionTree(commands);
const has = (shell: string) => spawnSync(shell, ['--version']).status === 0;

/** What bash would offer for the last of these words. */
function bash(...words: string[]): string[] {
  const script = `${completionScript('bash', tree)}
COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _twitchstats; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script, 'bash', 'twitchstats', ...words], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

function fish(line: string): string[] {
  const script = `${completionScript('fish', tree)}\ncomplete -C '${line}'`;
  const text = execFileSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' });
  return text
    .trim()
    .split('\n')
    .map((offer) => offer.split('\t')[0] ?? '');
}

describe('completion', () => {
  it.each(completionShells)('knows every command in %s', (shell) => {
    const script = completionScript(shell, tree);
    for (const { name } of tree) expect(script).toContain(name);
  });

  it('offers in bash what fits', () => {
    expect(bash('sta')).toEqual(['status', 'stats']);
    expect(bash('up', '--po')).toEqual(['--ports']);
    expect(bash('up', '--ports', '')).toEqual(['auto']);
    expect(bash('logs', 'ka')).toEqual(['kafka']);
    expect(bash('--home', '/x', 'restart', 'proc')).toEqual(['processor']);
    expect(bash('--home', 'up', 'tail', '--foll')).toEqual(['--follow']);
    expect(bash('tail', '--format', '=', 'js')).toEqual(['json']);
    expect(bash('ingest', '--channels-file', 'package.j')).toEqual(['package.json']);
    expect(bash('--vers')).toEqual(['--version']);
  });

  it('offers in bash the commands of a group, and then their options', () => {
    expect(bash('inspect', 'tt')).toEqual(['ttl']);
    expect(bash('inspect', 'lag', '--js')).toEqual(['--json']);
  });

  it.skipIf(!has('fish'))('offers in fish what fits', () => {
    expect(fish('twitchstats sta').sort()).toEqual(['stats', 'status']);
    expect(fish('twitchstats up --ports ')).toEqual(['auto']);
    expect(fish('twitchstats inspect tt')).toEqual(['ttl']);
    expect(fish('twitchstats logs ka')).toEqual(['kafka']);
    expect(fish('twitchstats --home /x sta').sort()).toEqual(['stats', 'status']);
    expect(fish('twitchstats --vers')).toEqual(['--version']);
    // `processor` is a service here, and no command.
    expect(fish('twitchstats logs processor --rol')).toEqual(['']);
    expect(fish('twitchstats processor --rol')).toEqual(['--role']);
  });

  it.skipIf(!has('zsh'))('is a script that zsh can read', () => {
    expect(spawnSync('zsh', ['-n'], { input: completionScript('zsh', tree) }).status).toBe(0);
  });
});
