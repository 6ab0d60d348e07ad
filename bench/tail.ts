/**
 * `npm run bench -- tail [--messages 300000] [--repetitions 3] [--kafka host:port --cassandra host:port]`: a topic read
 * to its end, against `kcat -C`, where kcat is installed; then the time to a first line. Both as a user runs them, their
 * start included; kcat prints values as they are, tail reads, checks and writes each message. Needs a build
 * (`npm run build:ts`).
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { settingsEnv } from '../src/stack/settings-env.ts';
import { chat, produceChat } from '../src/testing/chat.ts';
import { compareCommands, ratioResult, sayRatio, whole } from './lib/compare-commands.ts';
import type { Result } from './lib/results.ts';
import { benchServers, isInstalled } from './lib/servers.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const bin = fileURLToPath(new URL('../bin/twitchstats.js', import.meta.url));

export default async function tail(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({
    args,
    options: {
      messages: { type: 'string', default: '300000' },
      repetitions: { type: 'string', default: '3' },
      kafka: { type: 'string' },
      cassandra: { type: 'string' },
    },
  });
  const messages = Number(values.messages);
  const { settings, stop } = await benchServers(values.kafka, values.cassandra);
  try {
    say(`producing ${whole(messages)} messages`);
    for (let from = 0; from < messages; from += 20_000) {
      const size = Math.min(20_000, messages - from);
      const channels = ['70001', '70002', '70003', '70004', '70005'] as const;
      await produceChat(
        settings,
        chat({ seed: from, messages: size, start: Date.now(), stepMs: 1, channels: [...channels] }),
      );
    }
    const env = settingsEnv(settings);
    const ours = `node '${bin}' tail --since 1h --format json`;
    const kcat = `kcat -C -q -b ${settings.KAFKA_BROKERS.join(',')} -t ${settings.KAFKA_TOPIC_CHAT_MESSAGES} -o beginning`;
    const hasPeer = await isInstalled('kcat');
    if (!hasPeer) say('kcat is not installed: no ratio, so nothing is kept');
    const pair = (ourEnd: string, peerEnd: string) => [
      { name: 'tail', line: `${ours}${ourEnd}`, env },
      ...(hasPeer ? [{ name: 'kcat -C', line: `${kcat}${peerEnd}` }] : []),
    ];
    say('to the end of the topic:');
    const toEnd = await compareCommands(pair('', ' -e'), messages, Number(values.repetitions), say);
    sayRatio(toEnd, '', say);
    say('to a first line, a second:');
    const toFirst = await compareCommands(pair(' --limit 1', ' -c 1'), 1, Number(values.repetitions), say);
    sayRatio(toFirst, '', say);
    return [
      ...ratioResult('tail, a topic to its end', 'msg/s', toEnd),
      ...ratioResult('tail, starts to a first line', '/s', toFirst),
    ];
  } finally {
    await stop();
  }
}
