import { EventSourceParserStream } from 'eventsource-parser/stream';
import { Box, render, Text } from 'ink';
import { useEffect, useState } from 'react';

interface Channel {
  readonly count: number;
  /** Messages of each of the last seconds. */
  readonly seconds: Readonly<Record<number, number>>;
  readonly users: readonly string[];
  readonly emote: string;
  readonly last: number;
}

interface Message {
  readonly channel_name: string;
  readonly user_id: string;
  readonly timestamp: number;
  readonly emotes: readonly string[];
}

/** The dashboard as one writes it first: the same table, every message of the stream sets state, Ink does the rest. */
function NaiveDashboard({ url }: { url: string }) {
  const [channels, setChannels] = useState<Readonly<Record<string, Channel>>>({});
  useEffect(() => {
    const follow = async () => {
      const { body } = await fetch(url);
      if (body === null) return;
      const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      for await (const { event, data } of events) {
        if (event !== 'message') continue;
        const message: Message = JSON.parse(data);
        setChannels((before) => ({
          ...before,
          [message.channel_name]: add(before[message.channel_name], message),
        }));
      }
    };
    void follow();
  }, [url]);
  const rows = Object.entries(channels).sort(([, a], [, b]) => b.count - a.count);
  return (
    <Box flexDirection="column">
      <Text bold>{rows.length} channels</Text>
      {rows.map(([name, channel]) => (
        <Row key={name} name={name} channel={channel} />
      ))}
    </Box>
  );
}

function Row({ name, channel }: { name: string; channel: Channel }) {
  const now = Math.floor(Date.now() / 1000);
  const trend = Array.from({ length: 24 }, (_, index) => channel.seconds[now - 24 + index] ?? 0);
  const most = Math.max(...trend, 1);
  return (
    <Box gap={2}>
      <Cell width={18} text={name} />
      <Cell width={9} text={channel.count.toLocaleString('en-US')} />
      <Cell width={7} text={(trend.slice(-10).reduce((a, b) => a + b, 0) / 10).toFixed(1)} />
      <Cell
        width={24}
        text={trend.map((count) => ' ▁▂▃▄▅▆▇█'[Math.ceil((count / most) * 8)] ?? ' ').join('')}
      />
      <Cell width={8} text={String(channel.users.length)} />
      <Cell width={14} text={channel.emote} />
      <Cell width={5} text={`${now - Math.floor(channel.last / 1000)}s`} />
    </Box>
  );
}

function Cell({ width, text }: { width: number; text: string }) {
  return (
    <Box width={width}>
      <Text wrap="truncate">{text}</Text>
    </Box>
  );
}

function add(before: Channel | undefined, { timestamp, user_id, emotes }: Message): Channel {
  const second = Math.floor(timestamp / 1000);
  const seconds = before?.seconds ?? {};
  const users = before?.users ?? [];
  return {
    count: (before?.count ?? 0) + 1,
    seconds: { ...seconds, [second]: (seconds[second] ?? 0) + 1 },
    users: users.includes(user_id) ? users : [...users, user_id],
    emote: emotes[0] ?? before?.emote ?? '',
    last: timestamp,
  };
}

render(<NaiveDashboard url={process.argv[2] ?? ''} />);
