import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError, hasCode, messageOf } from '../contract/errors.ts';
import { pathSettings, type SettingName, type Settings, settingNames, settingsSchema } from './settings.ts';

/** Where a setting came from; later ones in this list lose against earlier ones. */
export const sourceNames = ['flag', 'environment', 'file', 'running stack', 'default'] as const;
export type SourceName = (typeof sourceNames)[number];

export interface LoadedConfig {
  readonly settings: Settings;
  readonly sources: Readonly<Record<SettingName, SourceName>>;
  /** What the user should know, such as unknown keys; for stderr. */
  readonly warnings: readonly string[];
}

export interface ConfigSources {
  /** By setting name, as the command line gave them. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--config`; without it `twitchstats.config.json` in `cwd` is read if it is there. */
  readonly file?: string | undefined;
  readonly cwd: string;
  /** What a running stack says of itself (addresses, ports), by setting name. */
  readonly runningStack?: Readonly<Record<string, string>>;
}

/**
 * Resolves all settings: flags win over the environment, that over `twitchstats.config.json`, that over the running
 * stack, that over the defaults. Unknown keys in the file warn, and the home directory there, which is
 * known before any file is read.
 * @throws AppError CONFIG_INVALID naming every wrong value and where it came from; secret values are not repeated.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const file = readConfigFile(sources);
  const layers: [SourceName, Readonly<Record<string, unknown>>][] = [
    ['flag', sources.flags ?? {}],
    ['environment', sources.env],
    ['file', file],
    ['running stack', sources.runningStack ?? {}],
  ];
  const raw: Partial<Record<SettingName, unknown>> = {};
  const origin = Object.fromEntries(settingNames.map((name) => [name, 'default'])) as Record<
    SettingName,
    SourceName
  >;
  for (const name of settingNames) {
    const layer = layers.find(([, values]) => !isUnset(values[name]));
    if (layer === undefined) continue;
    raw[name] = layer[1][name];
    origin[name] = layer[0];
  }
  const parsed = settingsSchema.safeParse(raw);
  if (!parsed.success) throw invalidSettings(parsed.error, origin);
  const warnings = Object.keys(file)
    .filter((key) => !(settingNames as string[]).includes(key))
    .map((key) => `unknown key "${key}" in the configuration file`);
  if (file.TWITCHSTATS_HOME !== undefined)
    warnings.push('TWITCHSTATS_HOME in the configuration file means nothing: use --home or the environment');
  return { settings: withAbsolutePaths(parsed.data, sources.cwd), sources: origin, warnings };
}

/** Nothing, `null` in the file, blanks in the environment. */
function isUnset(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** Each service runs in a directory of its own, where a relative path would mean something else. */
function withAbsolutePaths(settings: Settings, cwd: string): Settings {
  const paths = pathSettings.flatMap((name) => {
    const path = settings[name];
    return path === undefined ? [] : [[name, resolve(cwd, path)]];
  });
  return { ...settings, ...Object.fromEntries(paths) };
}

function readConfigFile({ file, cwd }: ConfigSources): Record<string, unknown> {
  const path = file === undefined ? join(cwd, 'twitchstats.config.json') : resolve(cwd, file);
  let content: string;
  try {
    // Editors of Windows begin a file with a byte order mark.
    content = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    if (file === undefined && hasCode(cause, 'ENOENT')) return {};
    throw new AppError('FILE_UNREADABLE', `Cannot read the configuration file ${path}`, {
      detail: messageOf(cause),
      cause,
    });
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(content));
  } catch (cause) {
    // The parser's own message quotes the text around the fault, which may be a secret: neither shown nor kept.
    throw new AppError('CONFIG_INVALID', `${path} is not a JSON object`, { detail: faultOf(cause) });
  }
}

function faultOf(cause: unknown): string {
  const position = /at position (\d+)/.exec(messageOf(cause))?.[1];
  return cause instanceof SyntaxError
    ? `It does not parse as JSON${position === undefined ? '' : ` (at character ${position})`}.`
    : 'It has to be an object of settings by name.';
}

function invalidSettings(error: z.ZodError, origin: Record<SettingName, SourceName>): AppError {
  const lines = error.issues.map((issue) => {
    const name = issue.path[0] as SettingName;
    return `${name} (from ${origin[name]}): ${issue.message}`;
  });
  return new AppError('CONFIG_INVALID', 'The configuration has wrong values', { detail: lines.join('\n') });
}
