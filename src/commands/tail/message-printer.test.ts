import { describe, expect, it } from 'vitest';
import { channelFilter, messageFilter } from '../../cli/message-filter.ts';
import type { LogRecord } from '../../kafka/log-connection.ts';
import { chat } from '../../testing/chat.ts';
import { MessagePrinter, type MessagePrinterOptions } from './message-printer.ts';

const sent = chat({ seed: 1, messages: 12, start: 1_784_030_400_000, stepMs: 100, channels: ['1', '2'] });
const records: LogRecord[] = sent.map((message, offset) => ({
  partition: 0,
  offset,
  timestamp: message.timestamp,
  key: Buffer.from(message.channel_id),
  value: Buffer.from(JSON.stringify(message)),
}));

function setUp(options: Partial<MessagePrinterOptions> = {}) {
  const lines: string[] = [];
  const printer = new MessagePrinter({
    inChannel: channelFilter([]),
    matches: messageFilter({}),
    format: ({ message }) => message,
    limit: undefined,
    newest: undefined,
    write: async (text) => {
      lines.push(...text.slice(0, -1).split('\n'));
    },
    ...options,
  });
  return { printer, lines };
}

const texts = sent.map(({ message }) => message);

describe('the printer of tail', () => {
  it('hands each message alone to its format', async () => {
    const received: unknown[][] = [];
    const { printer } = setUp({
      format: (...given) => {
        received.push(given);
        return '';
      },
    });
    await printer.print('chat', records);
    expect(received).toEqual(sent.map((message) => [message]));
  });

  it('ends exactly at the limit, over pieces of the log', async () => {
    const { printer, lines } = setUp({ limit: 7 });
    await printer.print('chat', records.slice(0, 5));
    expect(printer.isDone).toBe(false);
    await printer.print('chat', records.slice(5));
    expect(printer.isDone).toBe(true);
    expect(lines).toEqual(texts.slice(0, 7));
  });

  it('holds all but the newest back, then nothing', async () => {
    const { printer, lines } = setUp({ newest: 3 });
    await printer.print('chat', records.slice(0, 5));
    await printer.print('chat', records.slice(5, 10));
    expect(lines).toEqual([]);
    await printer.printNewest();
    await printer.print('chat', records.slice(10));
    expect(lines).toEqual(texts.slice(7));
  });

  it('keeps other channels out, and remembers what was heard instead', async () => {
    const { printer, lines } = setUp({ inChannel: channelFilter(['channel_1']) });
    await printer.print('chat', records);
    expect(lines).toEqual(sent.filter(({ channel_id }) => channel_id === '1').map(({ message }) => message));
    expect([...printer.seen.otherChannels]).toEqual(['channel_2']);
  });

  it('counts what is no message, and goes on', async () => {
    const { printer, lines } = setUp();
    const broken = { partition: 0, offset: 0, timestamp: 1, key: Buffer.from('1'), value: Buffer.from('{') };
    await printer.print('chat', [broken, ...records]);
    expect(lines).toEqual(texts);
    expect(printer.seen.unreadable).toBe(1);
  });
});
