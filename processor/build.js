/**
 * Builds the processor's jar when its sources have changed: `npm run build:processor`, also at the end of `npm ci`.
 *
 * Nothing to do: ends in a few milliseconds. No JDK or no Maven: says what to install and ends with 0, so that the
 * TypeScript half still installs. A build that fails: ends with 1 and Maven's own output.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const room = dirname(fileURLToPath(import.meta.url));
const jar = join(room, 'target', 'twitchstats-processor.jar');
const stamp = join(room, 'target', 'sources.sha256');

process.exitCode = await build();

async function build() {
  if (!existsSync(join(room, 'pom.xml'))) return 0; // An installed package: the jar came with it.
  const hash = hashOfSources();
  if (existsSync(jar) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return 0;
  const { chooseJdk, findJdks, jdkNeeds } = await import('../dist/stack/jdk.js');
  const jdk = chooseJdk('build', findJdks());
  if (jdk === undefined) {
    return missing(
      'JDK',
      `${jdkNeeds.build}: install one (on Debian \`apt install openjdk-17-jdk\`, on macOS
  \`brew install openjdk@17\`), or point JAVA_HOME at it.`,
    );
  }
  if (!(await runs('mvn', ['--version'], jdk))) {
    return missing('Maven', 'install it: on Debian `apt install maven`, on macOS `brew install maven`.');
  }
  console.error(`Building the processor with Maven and the JDK ${jdk.version} of ${jdk.home} …`);
  const started = Date.now();
  if (!(await package_(jdk))) {
    console.error('error: the processor did not build; the lines above are Maven’s.');
    return 1;
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  console.error(
    `Built processor/target/twitchstats-processor.jar in ${Math.round((Date.now() - started) / 1000)} s.`,
  );
  return 0;
}

/** Over names and contents of everything that the jar is made of. */
function hashOfSources() {
  const hash = createHash('sha256');
  for (const file of ['pom.xml', ...filesBelow(join('src', 'main'))]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(room, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(directory) {
  if (!existsSync(join(room, directory))) return [];
  return readdirSync(join(room, directory), { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}

function missing(what, remedy) {
  console.error(`warning: the processor was not built, since no fitting ${what} was found.`);
  console.error(`  ${remedy}`);
  console.error('next: npm run build');
  return 0;
}

function withJdk({ home }) {
  return {
    ...process.env,
    JAVA_HOME: home,
    PATH: `${join(home, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
  };
}

function runs(command, args, jdk) {
  return new Promise((resolve) => {
    execFile(command, args, { env: withJdk(jdk) }, (error) => resolve(error === null));
  });
}

function package_(jdk) {
  return new Promise((resolve) => {
    const maven = spawn(
      'mvn',
      ['-q', '-B', '-f', join(room, 'pom.xml'), '-Dmaven.test.skip=true', 'package'],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: withJdk(jdk),
      },
    );
    maven.once('error', () => resolve(false));
    maven.once('exit', (code) => resolve(code === 0));
  });
}
