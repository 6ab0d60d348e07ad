import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runApi } from '../api/run.ts';
import { bootstrap } from '../bootstrap/bootstrap.ts';
import type { Settings } from '../config/settings.ts';
import { createTopic, withAdmin } from '../kafka/admin.ts';
import { settingsEnv } from '../stack/settings-env.ts';
import { archiveChat, chat, produceChat, produceRecords } from './chat.ts';
import { dropAll } from './own-settings.ts';
import { testSettings } from './pipeline.ts';
import { createShell, type Shell, type ShellResult } from './shell.ts';

const text = readFileSync(new URL('../../docs/recipes.md', import.meta.url), 'utf8');
const recipes = new Map(
  [...text.matchAll(/^## (.+)$\n[\s\S]*?^```sh\n(.+)\n```$/gm)].map((match) => [
    match[1] ?? '',
    match[2] ?? '',
  ]),
);

const now = Date.now();
const sent = chat({ seed: 41, messages: 300, start: now - 3_600_000, stepMs: 10_000 })
  .map((message, index) => ({
    ...message,
    channel_name: 'forsen',
    message: index % 50 === 0 ? `${message.message} why?` : message.message,
  }))
  .filter(({ timestamp }) => timestamp < now - 120_000);

function most(words: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Math.max(...counts.values());
}

/** What people have beside a shell, but perhaps not where the tests run. */
function hasTools(line: string): boolean {
  const tools = ['jq', 'sqlite3', 'column'].filter((tool) => line.includes(`| ${tool} `));
  return tools.every((tool) => spawnSync('which', [tool]).status === 0);
}

describe('recipes', () => {
  let settings: Settings;
  let shell: Shell;
  const api = new AbortController();
  let apiEnded: Promise<void>;

  beforeAll(async () => {
    settings = testSettings();
    await bootstrap(settings);
    await Promise.all([archiveChat(settings, sent), produceChat(settings, sent), publishStats()]);
    const port = await startApi();
    shell = await createShell({
      ...settingsEnv(settings),
      TWITCHSTATS_API_URL: `http://127.0.0.1:${port}`,
      OTHER_BROKERS: settings.KAFKA_BROKERS.join(','),
    });
    await withAdmin(settings, (admin) =>
      createTopic(admin, { name: 'experiment', partitions: 1, config: {} }),
    );
  });

  afterAll(async () => {
    api.abort();
    await apiEnded;
    await shell.dispose();
    await withAdmin(settings, (admin) => admin.deleteTopics({ topics: ['experiment'] }));
    await dropAll(settings);
  });

  async function publishStats(): Promise<void> {
    const window = { window_start: now - (now % 600_000), window_end: now - (now % 600_000) + 600_000 };
    const stats = { ...window, window_duration_seconds: 600, unique_chatters: 3 };
    await produceRecords(settings, settings.KAFKA_TOPIC_STATS, [
      {
        key: '1',
        value: JSON.stringify({ channel_id: '1', channel_name: 'quiet', message_count: 7, ...stats }),
      },
      {
        key: '70001',
        value: JSON.stringify({ channel_id: '70001', channel_name: 'forsen', message_count: 20, ...stats }),
      },
    ]);
  }

  function startApi(): Promise<number> {
    return new Promise((resolve, reject) => {
      apiEnded = runApi(
        { ...settings, PORT: 0 },
        { logger: pino({ level: 'silent' }), signal: api.signal, onListening: ({ port }) => resolve(port) },
      );
      apiEnded.catch(reject);
    });
  }

  /** What the recipe of that title must have done. */
  const outcomes: Record<string, (result: ShellResult) => void | Promise<void>> = {
    'Who talks most': ({ stdout }) => {
      expect(stdout.trim().split('\n')).toHaveLength(10);
      expect(stdout.trim()).toMatch(new RegExp(`^${most(sent.map(({ username }) => username))} viewer_`));
    },
    'Which emotes are used most': ({ stdout }) => {
      expect(stdout.trim()).toMatch(
        new RegExp(`^${most(sent.flatMap(({ emotes }) => emotes))} (Kappa|PogChamp)\n`),
      );
    },
    'How fast chat was, minute by minute': ({ stdout }) => {
      const total = [...stdout.matchAll(/^ *(\d+) \d{4}-\d\d-\d\dT\d\d:\d\d$/gm)];
      expect(total.reduce((sum, match) => sum + Number(match[1]), 0)).toBe(sent.length);
    },
    'What one person said, in their own time zone': ({ stdout }) => {
      const theirs = sent.filter(({ username }) => username === 'viewer_7');
      expect(stdout.match(/^\S+\+0[12]:00 #\w+ viewer_7: /gm)).toHaveLength(theirs.length);
    },
    'Wait until somebody mentions you': ({ stdout }) => {
      expect(stdout).toBe('viewer_1: hey My_Name!\n\x07');
    },
    'What was asked lately': ({ stdout }) => {
      const questions = sent.filter(({ message }) => message.endsWith('?'));
      expect(stdout.match(/^\d\d:\d\d:\d\d viewer_\d+: .* why\?$/gm)).toHaveLength(questions.length);
    },
    'Keep everything in a file, for ever': async () => {
      await shell.run(recipes.get('Keep everything in a file, for ever') ?? '');
      const lines = (await readFile(join(shell.directory, 'forsen.ndjson'), 'utf8')).trim().split('\n');
      expect(lines.map((line) => JSON.parse(line).message_id).sort()).toEqual(
        sent.map(({ message_id }) => message_id).sort(),
      );
    },
    'Ask questions in SQL': ({ stdout }) => {
      expect(stdout.trim().split(/\r?\n/)).toHaveLength(5);
      expect(stdout.split(/\r?\n/)[0]).toBe(
        `viewer_${/viewer_(\d+)/.exec(stdout)?.[1]},${most(sent.map(({ username }) => username))}`,
      );
    },
    'Move a channel to another pipeline': ({ stderr }) => {
      expect(stderr).toContain(`${sent.length} rows read = ${sent.length} lines written`);
      expect(stderr).toMatch(new RegExp(`\\b${sent.length}\\b.*\\bmessages\\b`));
    },
    'Feed a processor of your own': async ({ stderr }) => {
      expect(stderr).toContain(`${sent.length} records acknowledged by experiment`);
      const partitions = await withAdmin(settings, (admin) => admin.fetchTopicOffsets('experiment'));
      expect(partitions.reduce((total, { high }) => total + Number(high), 0)).toBe(sent.length);
    },
    'All channels as a table, busiest first': ({ stdout }) => {
      expect(stdout).toMatch(/^forsen +20 +3\nquiet +7 +3\n$/);
    },
    'Let a script check that the counts are exact': () => undefined,
  };

  it('are twelve, and each has an outcome to look for', () => {
    expect([...recipes.keys()]).toEqual(Object.keys(outcomes));
    expect(recipes.size).toBe(12);
  });

  for (const title of Object.keys(outcomes)) {
    const recipe = recipes.get(title) ?? '';
    it.skipIf(!hasTools(recipe))(title, async () => {
      const running = shell.run(recipe);
      if (title.startsWith('Wait')) await mentionUntil(running);
      const result = await running;
      // Nobody runs the processor here: verify must say that it cannot tell.
      expect(result.code, result.stderr).toBe(title.startsWith('Let a script') ? 3 : 0);
      await outcomes[title]?.(result);
    });
  }

  /** Whoever follows sees what is said after it began: said again until it was heard. */
  async function mentionUntil(heard: Promise<unknown>): Promise<void> {
    let isHeard = false;
    void heard.then(() => {
      isHeard = true;
    });
    while (!isHeard) {
      const [mention] = chat({ seed: Date.now(), messages: 1, start: Date.now(), stepMs: 1 });
      if (mention === undefined) return;
      await produceChat(settings, [{ ...mention, username: 'viewer_1', message: 'hey My_Name!' }]);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
});
