import { expect, onTestFinished, test } from 'vitest';
import type { ChatMessage } from '../contract/chat-message.ts';
import { settingsEnv } from '../stack/settings-env.ts';
import { produceChat } from './chat.ts';
import { foreign, hostileText, withoutOwnSequences } from './hostile-text.ts';
import { bootstrappedSettings } from './pipeline.ts';
import { startProcessor } from './processor.ts';
import { type PseudoTerminal, runOnTerminal } from './pseudo-terminal.ts';
import { runCli } from './run-cli.ts';
import { startApi } from './running-api.ts';
import { seeded } from './seeded.ts';

const MESSAGES = 10_000;

test('ten thousand hostile messages go through the pipeline, and no control character of theirs reaches a terminal', async () => {
  const settings = await bootstrappedSettings();
  const processor = await startProcessor(settings, { role: 'count', env: { LOG_LEVEL: 'error' } });
  onTestFinished(() => processor.stop());
  const api = await startApi(settings);
  const env = { ...settingsEnv(settings), TWITCHSTATS_API_URL: api.url };
  const onTerminal = (argv: readonly string[]) => {
    const terminal = runOnTerminal(argv, { env, columns: 160, rows: 50 });
    onTestFinished(() => terminal.kill('SIGKILL'));
    return terminal;
  };

  const messages = hostileChat();
  const readable = messages.filter(isReadable).length;
  const dashboard = onTerminal(['watch', 'hostile']);
  await dashboard.shows(/No counts of hostile so far/);
  await produceChat(settings, messages);
  await dashboard.shows(new RegExp(`hostile +${readable.toLocaleString('en-US')} messages[\\s\\S]*CHATTERS`));
  dashboard.type('\x1b');
  await dashboard.shows(/TOP EMOTE[\s\S]*hostile/);
  dashboard.type('q');
  await dashboard.ended;

  const tail = onTerminal(['tail', '--since', '1h']);
  const stats = onTerminal(['stats', 'hostile']);
  for (const terminal of [dashboard, tail, stats]) await expectClean(terminal);
  expect(tail.raw().split('\r\n').length).toBeGreaterThanOrEqual(readable);

  const piped = await runCli(['tail', '--since', '1h'], { env });
  const texts = piped.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).message);
  expect(foreign.test(piped.stdout.replaceAll('\n', ''))).toBe(false);
  expect(texts).toEqual(messages.filter(isReadable).map(({ message }) => message));
}, 180_000);

async function expectClean(terminal: PseudoTerminal): Promise<void> {
  expect((await terminal.ended).exitCode).toBe(0);
  const lines = terminal.raw().split('\r\n');
  expect(lines.filter((line) => foreign.test(withoutOwnSequences(line)))).toEqual([]);
  for (const sequence of ['\x1b[?7l', '\x1b[?7h', '\x1b[?1049h', '\x1b[?1049l', '\x1b[2J']) {
    expect(terminal.raw().split(sequence).length).toBeLessThanOrEqual(2);
  }
}

function hostileChat(): ChatMessage[] {
  const random = seeded(7);
  const now = Date.now();
  return Array.from({ length: MESSAGES }, () => ({
    channel_id: '666',
    channel_name: 'hostile',
    message_id: random.uuid(),
    user_id: String(random.integer(50)),
    username: `viewer${hostileText(random)}`.slice(0, 250),
    message: hostileText(random),
    timestamp: now,
    emotes: random.chance(0.5) ? [`Kappa${hostileText(random)}`.slice(0, 250)] : [],
  }));
}

/** The processor sends text that Cassandra or UTF-8 cannot hold to the dead letters. */
function isReadable({ username, message, emotes }: ChatMessage): boolean {
  return [username, message, ...emotes].every((text) => !/\0|\p{Surrogate}/u.test(text));
}
