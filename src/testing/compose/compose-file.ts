import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export const composeDirectory = join(root, 'compose');

/** A file of the repository, by its path from the root. */
export function repositoryFile(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** YAML with its anchors resolved, as Compose reads it, before `${…}` is put in. */
export function readYaml(path: string): unknown {
  return parse(repositoryFile(path), { merge: true });
}

const dependsOn = z.record(
  z.string(),
  z.object({ condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']) }),
);

const service = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string(), target: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  profiles: z.array(z.string()).default([]),
  restart: z.enum(['no', 'unless-stopped']),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: dependsOn.default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  network_mode: z.string().optional(),
  cap_drop: z.array(z.string()).default([]),
  read_only: z.boolean().default(false),
  security_opt: z.array(z.string()).default([]),
  /** Of Docker's 1024, the default. */
  cpu_shares: z.number().optional(),
  deploy: z.object({ resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }) }),
});

const composeFile = z.object({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

export type ComposeService = z.infer<typeof service>;
export type ComposeFile = z.infer<typeof composeFile>;

/** A file below `compose/`, in the stricter form that ours keep to. */
export function readCompose(name: string): ComposeFile {
  return composeFile.parse(readYaml(`compose/${name}`));
}

export const composeFiles = ['compose.yaml', 'production.yaml'] as const;

/** The names of `${NAME…}` in a text; `$$` is a dollar of its own. */
export function interpolated(text: string): Set<string> {
  const names = text.replaceAll('$$', '').matchAll(/\$\{(\w+)/g);
  return new Set([...names].map(([, name]) => name ?? ''));
}

/** `${NAME:-default}` by its default, `${NAME:?…}` by nothing: what a value is when nobody sets anything. */
export function withDefaults(text: string): string {
  const inner = /\$\{\w+(?:(:-)([^${}]*)|:\?[^${}]*)?\}/g;
  const replaced = text.replace(inner, (_match, _operator, fallback: string | undefined) => fallback ?? '');
  return replaced === text ? text : withDefaults(replaced);
}

/** `512m`, `2g`, `1280m` in MiB. */
export function mebibytes(text: string): number {
  const [, amount, unit] = /^(\d+)([mg])$/i.exec(text) ?? [];
  if (amount === undefined) throw new Error(`not a size: ${text}`);
  return Number(amount) * (unit?.toLowerCase() === 'g' ? 1024 : 1);
}
