import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freePorts } from '../../stack/ports.ts';
import { type ExpectedMessage, rawChat } from '../raw-lines.ts';
import { type Cli, createCli, eventually } from './cli.ts';

const windowMs = 600_000;
const windowStart = Date.UTC(2019, 0, 1, 12, 0);
const channels = [
  { name: 'alpha_room', id: '70001' },
  { name: 'beta_room', id: '70002' },
] as const;

/** Chat of 2019 over two windows, played once through everything. */
const chat = rawChat({
  seed: 7,
  lines: 6000,
  channels: [channels[0], channels[1]],
  start: windowStart - 300_000,
  end: windowStart + 400_000,
});

const statsShape = z.object({
  channel_id: z.string(),
  message_count: z.number(),
  current_window: z.object({ start: z.number(), end: z.number(), duration_seconds: z.number() }),
});
const rowShape = z.object({ message_id: z.string(), message: z.string(), timestamp: z.number() });

describe('counts are exact, end to end, through the command line', () => {
  let cli: Cli;
  let simulator: ReturnType<Cli['start']>;

  beforeAll(async () => {
    cli = await createCli();
    const file = join(cli.home, 'chat.irc');
    await writeFile(file, chat.lines.map((line) => `${line}\n`).join(''));
    const [port = 0] = await freePorts(1);
    simulator = cli.start(['simulate', '--file', file, '--rate', '2000', '--port', String(port)]);
    const up = await cli.run(
      ['up', '-d', '--ports', 'auto', ...channels.flatMap(({ name }) => ['--channel', name])],
      { TWITCH_IRC_URL: `ws://127.0.0.1:${port}` },
    );
    expect(up.exitCode, up.stderr).toBe(0);
  });

  afterAll(async () => {
    simulator.kill('SIGTERM');
    await simulator;
    await cli.dispose();
  });

  it('holds every kind of line that the promise names', () => {
    const all = chat.lines.join('\n');
    for (const shape of [
      / CLEARCHAT /,
      / USERNOTICE /,
      / NOTICE /,
      / WHISPER /,
      /\x01ACTION /,
      /;bits=100/,
      /user-id=1;/,
      /user-id=0;/,
      /PRIVMSG #\w+\n/,
      /84608:\d/,
      /👩‍👩‍👧‍👦/,
    ]) {
      expect(all).toMatch(shape);
    }
  });

  it.each(channels)(
    'stats of $name shows exactly the PRIVMSGs of the newest window',
    async ({ name, id }) => {
      const expected = of(id).filter(({ timestamp }) => timestamp >= windowStart);
      const stats = await eventually(
        async () => statsShape.safeParse(await cli.json(['stats', name]).catch(() => undefined)).data,
        (answer) => answer !== undefined && answer.message_count >= expected.length,
        90_000,
      );
      expect(stats).toMatchObject({
        channel_id: id,
        message_count: expected.length,
        current_window: { start: windowStart, end: windowStart + windowMs, duration_seconds: 600 },
      });
    },
  );

  it.each(channels)('Cassandra holds every message of $name once, text equal', async ({ id }) => {
    const expected = of(id);
    const query = `SELECT message_id, message, timestamp FROM raw_chat_messages WHERE channel_id = '${id}'`;
    const rows = await eventually(
      async () =>
        z.object({ rows: z.array(rowShape) }).parse(await cli.json(['cql', query, '--limit', '10000'])).rows,
      (answer) => answer.length >= expected.length,
    );
    const archived = rows.map((row) => [row.message_id, row.message, row.timestamp]).sort();
    expect(archived).toEqual(expected.map((sent) => [sent.messageId, sent.text, sent.timestamp]).sort());
  });

  it('says that all services are healthy, and leaves nothing behind', async () => {
    const status = await cli.run(['status', '--json']);
    expect(status.exitCode, status.stderr).toBe(0);
    const { services } = z
      .object({ services: z.array(z.object({ name: z.string(), pid: z.number().nullish() })) })
      .parse(JSON.parse(status.stdout));
    const down = await cli.run(['down']);
    expect(down.exitCode, down.stderr).toBe(0);
    expect(services.map(({ pid }) => pid).filter((pid) => pid != null && isAlive(pid))).toEqual([]);
    expect((await cli.run(['status'])).exitCode).toBe(3);
  });
});

function of(channelId: string): ExpectedMessage[] {
  return chat.messages.filter((message) => message.channelId === channelId);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
