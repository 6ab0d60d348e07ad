import { describe, expect, it } from 'vitest';
import { mergedByTime, timedLines, timeOf } from './log-line.ts';

describe('the time of a log line', () => {
  it.each([
    ['Kafka and Cassandra', '2026-11-23T13:00:45.182Z INFO  KafkaServer started'],
    ['pino', '{"level":"info","time":"2026-11-23T13:00:45.182Z","msg":"connected"}'],
    ['pino in epoch milliseconds', `{"level":30,"time":${Date.UTC(2026, 10, 23, 13, 0, 45, 182)}}`],
    ['logback', '{"timestamp":"2026-11-23T13:00:45.182Z","message":"RUNNING"}'],
  ])('is read as %s writes it', (_, line) => {
    expect(timeOf(line)).toBe(Date.UTC(2026, 10, 23, 13, 0, 45, 182));
  });

  it.each(['', '\tat java.lang.Thread.run', '{"half', '{"msg":"none"}', '{"time":"yesterday"}'])(
    'is not made up for %j',
    (line) => {
      expect(timeOf(line)).toBeUndefined();
    },
  );
});

describe('merged logs', () => {
  it('keep a stack trace below its own line', () => {
    const kafka = timedLines('kafka', [
      '2026-11-23T13:00:01.000Z ERROR boom',
      '\tat kafka.Kafka.main',
      '2026-11-23T13:00:03.000Z INFO  on',
    ]);
    const api = timedLines('api', ['{"time":"2026-11-23T13:00:02.000Z","msg":"two"}']);
    expect(mergedByTime([api, kafka]).map(({ text }) => text.slice(0, 26))).toEqual([
      '2026-11-23T13:00:01.000Z E',
      '\tat kafka.Kafka.main',
      '{"time":"2026-11-23T13:00:',
      '2026-11-23T13:00:03.000Z I',
    ]);
  });
});
