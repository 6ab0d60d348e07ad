import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Io } from '../../cli/io.ts';
import { localTimeZone } from '../../cli/time-zone.ts';
import { messageOf } from '../../contract/errors.ts';
import { MIN_COLUMNS, MIN_ROWS } from '../../dashboard/view/frame.ts';
import { freeBytes } from '../../stack/disk.ts';
import { chooseJdk, findJdks, type JdkPurpose, jdkNeeds } from '../../stack/jdk.ts';
import { availableMemory } from '../../stack/memory.ts';
import { packagePaths } from '../../stack/paths.ts';
import { type Finding, failure, ok, warning } from './finding.ts';

/** Node 20 is past its end of life since 2026-04-30. */
export function nodeFinding(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    return failure('Node', version, 'Install Node 20.19 or newer.');
  if (major === 20) {
    return warning(
      'Node',
      `${version}, which gets no security fixes any more`,
      'Node 22 or newer works as well.',
    );
  }
  return ok('Node', version);
}

export function jdkFindings(): Finding[] {
  const jdks = findJdks();
  const all = jdks.map(({ version, home }) => `${version} in ${home}`).join(', ');
  return (['cassandra', 'kafka', 'processor'] as const satisfies readonly JdkPurpose[]).map((purpose) => {
    const chosen = chooseJdk(purpose, jdks);
    const name = `JDK for ${purpose}`;
    if (chosen !== undefined) return ok(name, `${chosen.version}, ${chosen.home} (by ${chosen.foundBy})`);
    return failure(
      name,
      `${jdkNeeds[purpose]}; found: ${all === '' ? 'none' : all}`,
      'Install a JDK 17, or set JAVA_HOME to one.',
    );
  });
}

/** Maven is only needed to build. */
export async function buildFindings(): Promise<Finding[]> {
  if (existsSync(packagePaths.processorJar)) return [ok('processor', packagePaths.processorJar)];
  const maven = await new Promise<boolean>((resolve) => {
    execFile('mvn', ['--version'], (error) => resolve(error === null));
  });
  return [
    failure(
      'processor',
      'its jar is not built',
      maven ? 'Run `npm run build`.' : 'Install Maven, then run `npm run build`.',
    ),
  ];
}

const GIB = 1024 ** 3;

export function memoryFinding(available = availableMemory(), total = totalmem()): Finding {
  const detail = `${(available / GIB).toFixed(1)} of ${(total / GIB).toFixed(1)} GiB are free`;
  if (available >= 3 * GIB) return ok('memory', detail);
  return warning(
    'memory',
    detail,
    'The stack takes up to 2.5 GiB: close something, or start fewer services.',
  );
}

export function homeFindings(home: string): Finding[] {
  try {
    const place = existsSync(home) ? home : nearestDirectory(home);
    accessSync(place, constants.W_OK);
    const free = freeBytes(place);
    const detail = `${home}, ${(free / GIB).toFixed(1)} GiB free`;
    if (free >= 2 * GIB) return [ok('home', detail)];
    return [
      warning(
        'home',
        detail,
        'A day of chat takes up to 1 GiB: free some, or choose another place with --home.',
      ),
    ];
  } catch (error) {
    return [failure('home', `${home}: ${messageOf(error)}`, 'Choose another directory with --home.')];
  }
}

function nearestDirectory(path: string): string {
  const parent = dirname(path);
  return existsSync(parent) || parent === path ? parent : nearestDirectory(parent);
}

export function terminalFindings({ env, stdout }: Io): Finding[] {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const findings = [
    /utf-?8/i.test(locale) || process.platform === 'darwin'
      ? ok('locale', locale === '' ? 'UTF-8' : locale)
      : warning(
          'locale',
          locale === '' ? 'none is set' : locale,
          'Set LANG to a UTF-8 locale, such as C.UTF-8, to see chat as it is.',
        ),
  ];
  if (stdout.isTTY !== true)
    return [...findings, ok('terminal', 'stdout is no terminal: no colours, no dashboard')];
  const { columns = 0, rows = 0 } = stdout;
  const size = `${env.TERM ?? 'unknown'}, ${columns}x${rows}`;
  return [
    ...findings,
    columns >= MIN_COLUMNS && rows >= MIN_ROWS
      ? ok('terminal', size)
      : warning('terminal', size, `\`watch\` needs at least ${MIN_COLUMNS}x${MIN_ROWS}.`),
  ];
}

/** A clock that is years off breaks windows and TLS; minutes cannot be seen without asking somebody. */
export function clockFinding(now = Date.now(), zone = localTimeZone()): Finding {
  const detail = `${new Date(now).toISOString()}, zone ${zone}`;
  return now > Date.UTC(2026, 0, 1) && now < Date.UTC(2046, 0, 1)
    ? ok('clock', detail)
    : failure('clock', detail, 'Set the clock: windows are told by time.');
}
