/**
 * `npm run bench -- replay [--rows 300000] [--repetitions 3] [--cassandra host:port --kafka host:port] [--cqlsh cqlsh]`:
 * one channel out of the archive, against the same partition through `cqlsh -e "COPY … TO"`, where cqlsh is installed.
 * Both as a user runs them, their start included. Needs a build (`npm run build:ts`).
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { settingsEnv } from '../src/stack/settings-env.ts';
import { archiveChat, chat } from '../src/testing/chat.ts';
import { compareCommands, ratioResult, sayRatio, whole } from './lib/compare-commands.ts';
import { measureCommand } from './lib/measure-command.ts';
import type { Result } from './lib/results.ts';
import { benchServers, isInstalled } from './lib/servers.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const bin = fileURLToPath(new URL('../bin/twitchstats.js', import.meta.url));

export default async function replay(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string', default: '300000' },
      repetitions: { type: 'string', default: '3' },
      cassandra: { type: 'string' },
      kafka: { type: 'string' },
      cqlsh: { type: 'string', default: 'cqlsh' },
    },
  });
  const rows = Number(values.rows);
  const { settings, stop } = await benchServers(values.kafka, values.cassandra);
  try {
    say(`archiving ${whole(rows)} rows in one partition`);
    const start = Date.now() - 3_600_000;
    for (let from = 0; from < rows; from += 20_000) {
      const messages = Math.min(20_000, rows - from);
      await archiveChat(settings, chat({ seed: from, messages, start: start + from, stepMs: 1 }));
    }
    const [host = '', port = ''] = settings.CASSANDRA_HOSTS[0]?.split(':') ?? [];
    const table = `${settings.CASSANDRA_KEYSPACE}.${settings.CASSANDRA_TABLE}`;
    const env = settingsEnv(settings);
    const contenders = [
      { name: 'replay', line: `node '${bin}' replay 70001 --format json`, env },
      { name: 'replay as text', line: `node '${bin}' replay 70001 --format text`, env },
      {
        name: 'cqlsh COPY TO',
        line: `'${values.cqlsh}' ${host} ${port} -e "COPY ${table} TO '/dev/null'"`,
        // Its last line: `300000 rows exported to 1 files in 7.04 seconds.`
        counting: "sed -n 's/^\\([0-9]*\\) rows exported.*/\\1/p'",
      },
    ];
    const hasPeer = await isInstalled(values.cqlsh);
    if (!hasPeer) say(`${values.cqlsh} is not installed: no ratio, so nothing is kept`);
    const figures = await compareCommands(
      hasPeer ? contenders : contenders.slice(0, 2),
      rows,
      Number(values.repetitions),
      say,
    );
    const pair = [figures[0], figures[2]].flatMap((figure) => figure ?? []);
    sayRatio(pair, ' (bar 3, aim 10)', say);
    const part = await measureCommand(`node '${bin}' replay 70001 --limit ${Math.ceil(rows / 10)}`, env);
    say(
      `peak of a replay of a tenth of it: ${whole(part.peakMiB)} MiB (of all: ${whole(figures[0]?.peakMiB ?? 0)} MiB)`,
    );
    return ratioResult('replay of one channel', 'rows/s', pair, {
      is: 'at least',
      bar: 3,
      aim: 10,
      isOwn: true,
    });
  } finally {
    await stop();
  }
}
