import { expect, onTestFinished, test } from 'vitest';
import { dropAll } from '../../testing/own-settings.ts';
import { testSettings } from '../../testing/pipeline.ts';
import { runCli } from '../../testing/run-cli.ts';

test('bootstrap --check exits 1 with DRIFT, bootstrap creates, --check then exits 0', async () => {
  const settings = testSettings();
  onTestFinished(() => dropAll(settings));
  const names = Object.entries(settings).filter(([name]) => /^(KAFKA_TOPIC_|CASSANDRA_KEYSPACE)/.test(name));
  const env = {
    ...Object.fromEntries(names.map(([name, value]) => [name, String(value)])),
    KAFKA_BROKERS: settings.KAFKA_BROKERS.join(','),
    CASSANDRA_HOSTS: settings.CASSANDRA_HOSTS.join(','),
  };
  const before = await runCli(['bootstrap', '--check', '--json'], { env });
  expect(before.code).toBe(1);
  expect(JSON.parse(before.stdout)).toMatchObject({ drift: true });
  expect(JSON.parse(before.stderr).error).toMatchObject({
    code: 'DRIFT',
    hint: 'Create what is missing with `twitchstats bootstrap`.',
  });

  const created = await runCli(['bootstrap'], { env });
  expect(created.code).toBe(0);
  expect(created.stdout).toMatch(/^table +raw_chat_messages +created$/m);

  const after = await runCli(['bootstrap', '--check'], { env });
  expect(after.code).toBe(0);
  expect(after.stdout).not.toMatch(/created|missing|drifted/);
});
