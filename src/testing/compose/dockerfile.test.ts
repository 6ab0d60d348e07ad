import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { composeDirectory, repositoryFile } from './compose-file.ts';

const dockerfile = repositoryFile('compose/Dockerfile');
const manifest = z
  .object({ files: z.array(z.string()), engines: z.object({ node: z.string() }) })
  .parse(JSON.parse(repositoryFile('package.json')));

interface Stage {
  readonly name: string;
  readonly base: string;
  /** Each instruction with its continuation lines, comments left out. */
  readonly instructions: readonly string[];
}

const stages = readStages(dockerfile);
const copied = [...dockerfile.matchAll(/\bcp -R (.+) app\//g)].flatMap(([, paths = '']) => paths.split(' '));
const finalStages = ['processor', 'cli', 'ingestor', 'api'];

describe('Dockerfile', () => {
  it('passes the linter', () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  it('would not pass with a misspelt instruction', () => {
    expect(validate(dockerfile.replace('WORKDIR', 'WORKDIRECTORY'))).not.toEqual([]);
  });

  it('builds in several stages from pinned bases', () => {
    expect([...stages.keys()]).toEqual(['jar', 'processor', 'node-build', 'cli', 'ingestor', 'api']);
    const outside = [...stages.values()].map(({ base }) => base).filter((base) => !stages.has(base));
    expect(outside.filter((base) => !/:\d+(\.\d+)+[\w.-]*$/.test(base))).toEqual([]);
  });

  it('has a Node that package.json allows, and one JDK line', () => {
    const [, major, minor] = /node:(\d+)\.(\d+)\./.exec(dockerfile) ?? [];
    expect(manifest.engines.node).toBe('>=20.19');
    expect([Number(major), Number(minor) >= 19]).toEqual([20, true]);
    expect(stages.get('jar')?.base).toContain('temurin-17');
    expect(stages.get('processor')?.base).toContain('temurin:17.');
  });

  it.each(finalStages)('%s does not run as root, and says how its health is asked for', (name) => {
    expect(inherited(name, 'USER').at(-1)).toMatch(/^USER [1-9]\d*$/);
    expect(inherited(name, 'HEALTHCHECK').at(-1)).toMatch(name === 'cli' ? /NONE$/ : /\/health/);
    expect(inherited(name, 'ENTRYPOINT')).toHaveLength(1);
  });

  it('copies only what is in a clone, and in an installed package', () => {
    expect(dockerfile).toContain('COPY processor processor');
    expect(dockerfile).toContain('COPY . .');
    const shipped = [...manifest.files, 'package.json', 'node_modules'];
    expect(copied.filter((path) => !shipped.includes(path))).toEqual([]);
    expect(
      copied.filter((path) => path !== 'dist' && !existsSync(join(composeDirectory, '..', path))),
    ).toEqual([]);
  });

  it('copies all that the code reads beside itself when it runs', () => {
    const read = filesReadByCode();
    expect(read).toEqual(expect.arrayContaining(['cql', 'package.json', 'src/api/page/browser']));
    expect(read.filter((path) => !copied.some((whole) => `${path}/`.startsWith(`${whole}/`)))).toEqual([]);
  });

  it('lets nothing else into the build, by the ignore file that Docker reads for it', () => {
    const lines = repositoryFile('compose/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines[0]).toBe('*');
    const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(allowed).toEqual(
      expect.arrayContaining(['bin', 'cql', 'dist', 'package.json', 'package-lock.json', 'processor', 'src']),
    );
    expect(allowed).toContain('processor/target/twitchstats-processor.jar');
  });

  it('runs a main class that exists', () => {
    const mainClass = /"(twitchstats\.[\w.]+)"\]/.exec(dockerfile)?.[1] ?? '';
    expect(mainClass).toBe('twitchstats.processor.Main');
    const source = repositoryFile(`processor/src/main/scala/${mainClass.replaceAll('.', '/')}.scala`);
    expect(source).toMatch(/object Main\b/);
  });
});

/** What the sources name by where they are themselves, from the root; but the root, of which `up` takes the processor. */
function filesReadByCode(): string[] {
  const root = join(composeDirectory, '..');
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|^testing/.test(path))
    .map((path) => join(root, 'src', path));
  return sources
    .flatMap((source) =>
      [...readFileSync(source, 'utf8').matchAll(/new URL\('([^']+)', import\.meta\.url\)/g)].map(
        ([, url = '']) => relative(root, join(source, '..', url)).replace(/\/$/, ''),
      ),
    )
    .filter((path) => path !== '');
}

function readStages(text: string): Map<string, Stage> {
  const instructions = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const found = new Map<string, Stage & { instructions: string[] }>();
  let current: string[] = [];
  for (const instruction of instructions) {
    const [, base, name] = /^FROM (\S+) AS (\S+)$/.exec(instruction) ?? [];
    if (base !== undefined && name !== undefined) {
      current = [];
      found.set(name, { name, base, instructions: current });
    } else current.push(instruction);
  }
  return found;
}

/** The instructions of one kind, of a stage and of the stages that it is made from, in order. */
function inherited(name: string, kind: string): string[] {
  const stage = stages.get(name);
  if (stage === undefined) return [];
  return [
    ...inherited(stage.base, kind),
    ...stage.instructions.filter((instruction) => instruction.startsWith(`${kind} `)),
  ];
}
