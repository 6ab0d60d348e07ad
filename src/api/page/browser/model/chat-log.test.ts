import { describe, expect, it } from 'vitest';
import { ChatLog, MAX_SHOWN } from './chat-log.js';

const message = (id: number) => ({
  channel_id: '1',
  channel_name: 'one',
  message_id: String(id),
  user_id: 'u',
  username: 'user',
  message: `message ${id}`,
  timestamp: id,
  emotes: [],
});

describe('ChatLog', () => {
  it('holds the newest messages and no more', () => {
    const log = new ChatLog();
    for (let id = 0; id < 5000; id += 1) log.add(message(id));
    expect(log.lines).toHaveLength(MAX_SHOWN);
    expect(log.lines.at(-1)?.message.message_id).toBe('4999');
  });

  it('stands still while paused, counts what waits, and goes on with it', () => {
    const log = new ChatLog();
    log.add(message(0));
    log.pause();
    for (let id = 1; id <= 1000; id += 1) log.add(message(id));
    expect(log.lines.map((line) => line.message.message_id)).toEqual(['0']);
    expect(log.waiting).toBe(1000);
    log.resume();
    expect(log.waiting).toBe(0);
    expect(log.lines).toHaveLength(MAX_SHOWN);
    expect(log.lines.at(-1)?.message.message_id).toBe('1000');
  });

  it('puts older messages in front, once each, also while it is paused, and drops the oldest', () => {
    const log = new ChatLog();
    const ids = () => log.lines.map((line) => line.message.message_id);
    log.add(message(3));
    log.pause();
    log.add(message(4));
    log.addOlder([1, 2, 3, 4].map(message));
    expect(ids()).toEqual(['1', '2', '3']);
    log.resume();
    expect(ids()).toEqual(['1', '2', '3', '4']);
    expect(new Set(log.lines.map(({ key }) => key)).size).toBe(4);
    for (let id = 5; id < 1000; id += 1) log.add(message(id));
    log.addOlder([message(0)]);
    expect(log.lines).toHaveLength(MAX_SHOWN);
    expect(ids()).not.toContain('0');
  });

  it('takes a message once, though stream and archive both tell it', () => {
    const log = new ChatLog();
    log.add(message(1));
    log.add(message(1));
    expect(log.lines).toHaveLength(1);
  });
});
