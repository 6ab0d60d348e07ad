import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CommandDefinition } from '../../cli/command.ts';
import { commands } from '../../commands/registry.ts';
import { loadConfig } from '../../config/load.ts';
import { settingNames } from '../../config/settings.ts';
import { processorRoles } from '../../stack/services/processor.ts';
import {
  type ComposeService,
  composeFiles,
  interpolated,
  mebibytes,
  readCompose,
  repositoryFile,
  withDefaults,
} from './compose-file.ts';

/** What containers are told has to be what the programs in them understand: names, values, commands, ports. */

const services = composeFiles.flatMap((file) =>
  Object.entries(readCompose(file).services).map(([name, service]) => ({
    at: `${file} ${name}`,
    name,
    service,
  })),
);
const nodeServices = services.filter(({ service }) => service.build && service.build.target !== 'processor');
const processors = services.filter(({ service }) => service.build?.target === 'processor');

/** Filled in by whoever deploys: the only values without a default. */
const given: Record<string, string> = {
  TWITCHSTATS_CHANNELS_1: 'alpha',
  TWITCHSTATS_CHANNELS_2: 'beta',
  API_TOKEN: 'token',
};

describe('containers of ours', () => {
  it.each(nodeServices)('$at is given settings that exist, with values that are accepted', ({ service }) => {
    const { NODE_OPTIONS: _, ...environment } = service.environment;
    expect(Object.keys(environment).filter((name) => !settingNames.some((known) => known === name))).toEqual(
      [],
    );
    const env = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, shownAs(value)] as const),
    );
    expect(loadConfig({ cwd: '/nowhere', env }).sources.NODE_ENV).toBe('environment');
  });

  it.each(processors)('$at is given settings that the processor reads', ({ service }) => {
    const known = processorSettings();
    expect(known.size).toBeGreaterThan(30);
    expect(Object.keys(service.environment).filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(nodeServices)('$at runs a command that exists, with options that it has', ({ service }) => {
    const words = service.command ?? defaultCommand(service);
    const command = commands.find(({ name }) => name === words[0]);
    const options: CommandDefinition['options'] = command && 'options' in command ? command.options : [];
    const known = (options ?? []).flatMap(({ flags }) => flags.match(/--[\w-]+/g) ?? []);
    expect(command?.name).toBe(words[0]);
    expect(words.filter((word) => word.startsWith('--') && !known.includes(word))).toEqual([]);
  });

  it.each(processors)('$at has a role that the processor knows', ({ service }) => {
    const [flag, role] = service.command ?? [];
    expect([flag, processorRoles.some((known) => known === role)]).toEqual(['--role', true]);
  });

  it.each([...nodeServices, ...processors])('$at cannot do more than it must', ({ service }) => {
    expect(service).toMatchObject({
      cap_drop: ['ALL'],
      read_only: true,
      security_opt: ['no-new-privileges:true'],
    });
  });

  it.each(nodeServices)('$at keeps its heap below its memory', ({ service }) => {
    const heap = /--max-old-space-size=(\d+)/.exec(service.environment.NODE_OPTIONS ?? '')?.[1];
    if (service.command?.[0] !== 'simulate') expect(heap).toBeDefined();
    expect(Number(heap ?? 0)).toBeLessThan(mebibytes(service.deploy.resources.limits.memory));
  });

  it('ends the one-shot bootstrap as something that others wait for: else `up --wait` takes its end for a failure', () => {
    for (const file of composeFiles) {
      const all = Object.values(readCompose(file).services);
      const waiting = all.filter(
        ({ profiles, depends_on }) =>
          profiles.length === 0 && depends_on.bootstrap?.condition === 'service_completed_successfully',
      );
      expect([readCompose(file).services.bootstrap?.restart, waiting.length > 1]).toEqual(['no', true]);
    }
  });
});

describe('ports', () => {
  const published = services.flatMap(({ at, service }) => service.ports.map((port) => ({ at, port })));
  const parts = /^127\.0\.0\.1:\$\{(\w+):-(\d+)\}:(\d+)$/;

  it.each(published)('$at publishes $port on loopback only', ({ port }) => {
    expect(port).toMatch(parts);
  });

  it('are the defaults of the contract, inside and outside', () => {
    const defaults = loadConfig({ cwd: '/nowhere', env: {} }).settings;
    const wanted: Record<string, number> = {
      PORT: defaults.PORT,
      INGEST_HTTP_PORT: defaults.INGEST_HTTP_PORT,
      PROCESSOR_HTTP_PORT: defaults.PROCESSOR_HTTP_PORT,
      TWITCHSTATS_KAFKA_PORT: 9092,
      TWITCHSTATS_CASSANDRA_PORT: 9042,
    };
    const found = Object.fromEntries(
      published
        .map(({ port }) => parts.exec(port) ?? [])
        .filter(([, name]) => name !== undefined && name in wanted)
        .map(([, name, outside, inside]) => [name, [Number(outside), Number(inside)]]),
    );
    const expected = Object.entries(wanted).map(([name, port]) => [name, [port, port]]);
    expect(found).toEqual(Object.fromEntries(expected));
    expect(defaults).toMatchObject({
      KAFKA_BROKERS: ['localhost:9092'],
      CASSANDRA_HOSTS: ['localhost:9042'],
    });
  });

  it('do not meet when all profiles run', () => {
    const outside = Object.values(readCompose('compose.yaml').services)
      .flatMap(({ ports }) => ports)
      .map((port) => parts.exec(port)?.[2]);
    expect(new Set(outside).size).toBe(outside.length);
  });

  it('are asked by Prometheus of services that have them', () => {
    for (const [file, scraped] of [
      ['compose.yaml', 'prometheus.yaml'],
      ['production.yaml', 'production.yaml'],
    ] as const) {
      const known = readCompose(file).services;
      const jobs = [
        ...repositoryFile(`compose/prometheus/${scraped}`).matchAll(/names: \[(.+?)\].*port: (\d+)/g),
      ];
      expect(jobs).toHaveLength(3);
      for (const [, names = '', port = ''] of jobs)
        for (const name of names.split(', ')) {
          const target = known[name]?.build?.target;
          expect([name, target, port]).toEqual([name, target, exposed(target ?? '')]);
        }
    }
  });
});

describe('variables of the compose files', () => {
  it.each([
    ['compose.yaml', 'docs/compose.md'],
    ['production.yaml', 'docs/production.md'],
  ] as const)('%s: each is a setting, or is explained in %s', (file, page) => {
    const names = interpolated(repositoryFile(`compose/${file}`));
    const explained = repositoryFile(page);
    const unknown = [...names].filter(
      (name) => !settingNames.some((known) => known === name) && !explained.includes(`\`${name}\``),
    );
    expect(names.size).toBeGreaterThan(15);
    expect(unknown).toEqual([]);
  });

  it('of the demonstration point the ingestor at the simulator in its own network', () => {
    const env = Object.fromEntries(
      repositoryFile('compose/demo.env')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => z.tuple([z.string(), z.string()]).parse(line.split('=', 2))),
    );
    const { settings } = loadConfig({ cwd: '/nowhere', env });
    const { simulator, ingestor } = readCompose('compose.yaml').services;
    expect(simulator?.network_mode).toBe('service:ingestor');
    expect(simulator?.command).toContain(new URL(settings.TWITCH_IRC_URL).port);
    expect(simulator?.command).toContain(`\${TWITCH_CHANNEL:-}`);
    expect([env.COMPOSE_PROFILES, settings.TWITCH_CHANNEL.length > 1]).toEqual(['demo', true]);
    expect([simulator?.profiles, ingestor?.profiles]).toEqual([['demo'], ['live', 'demo']]);
  });
});

function shownAs(text: string): string {
  const name = /^\$\{(\w+):\?/.exec(text)?.[1];
  return name === undefined ? withDefaults(text) : (given[name] ?? '');
}

/** The names that the Scala settings read from the environment; the TLS ones are put together from a prefix. */
function processorSettings(): Set<string> {
  const directory = 'processor/src/main/scala/twitchstats/processor/settings';
  const source = ['Settings', 'KafkaSettings', 'CassandraSettings']
    .map((name) => repositoryFile(`${directory}/${name}.scala`))
    .join('\n');
  const names = [...source.matchAll(/in\.\w+\(\s*"([A-Z][A-Z_]+)"/g)].map(([, name]) => name ?? '');
  const prefixes = [...source.matchAll(/TlsFiles\.read\(in, "(\w+)"\)/g)].map(([, prefix]) => prefix);
  const suffixes = [
    ...repositoryFile(`${directory}/TlsFiles.scala`).matchAll(/"\$\{prefix\}(_[A-Z_]+)"/g),
  ].map(([, suffix]) => suffix);
  return new Set([...names, ...prefixes.flatMap((prefix) => suffixes.map((suffix) => `${prefix}${suffix}`))]);
}

/** The CMD of the image's last stage. */
function defaultCommand({ build }: ComposeService): string[] {
  const stage = repositoryFile('compose/Dockerfile').split(`AS ${build?.target}\n`)[1] ?? '';
  return z.array(z.string()).parse(JSON.parse(/^CMD (\[.*\])$/m.exec(stage)?.[1] ?? '[]'));
}

function exposed(target: string): string | undefined {
  const stage = repositoryFile('compose/Dockerfile').split(`AS ${target}\n`)[1] ?? '';
  return /^EXPOSE (\d+)$/m.exec(stage)?.[1];
}
