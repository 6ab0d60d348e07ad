import type { HandlerInput } from '../../../cli/command.ts';
import { parseTimeRange } from '../../../cli/time-range.ts';
import { parseTimeZone } from '../../../cli/time-zone.ts';
import { channelMatcher } from '../../../contract/channel-names.ts';
import { decodeGap, type GapEvent } from '../../../contract/ingest-event.ts';
import { wholeTopic } from '../../../kafka/whole-topic.ts';
import { isoSeconds } from '../../../output/local-time.ts';
import { renderTable } from '../../../output/table.ts';
import { formatSpan } from '../format.ts';
import { teach } from '../lesson.ts';
import type { InspectGapsOptions } from './command.ts';

export async function inspectGaps({
  options,
  config,
  output,
  signal,
}: HandlerInput<InspectGapsOptions>): Promise<undefined> {
  const { settings } = config();
  const timeZone = parseTimeZone(options.tz);
  const { from = 0 } = parseTimeRange({ since: options.since }, { now: Date.now(), timeZone });
  const isWanted = channelMatcher(options.channel === undefined ? [] : [options.channel]);
  const gaps: GapEvent[] = [];
  const topic = settings.KAFKA_TOPIC_INGEST_EVENTS;
  const clientId = `${settings.KAFKA_CLIENT_ID}-inspect`;
  for await (const { value } of wholeTopic(settings, { topic, clientId, since: from }, signal)) {
    const gap = value && decodeGap(value);
    if (gap && isWanted(gap.channel_id, gap.channel_name)) gaps.push(gap);
  }
  teach(output, {
    data: { gaps },
    human: () =>
      gaps.length === 0
        ? noGap(options.channel, isoSeconds(from, timeZone))
        : renderTable(
            [
              { title: 'CHANNEL', value: ({ channel_name }) => channel_name },
              { title: 'FROM', value: ({ from }) => isoSeconds(from, timeZone) },
              { title: 'LASTED', align: 'right', value: ({ from, to }) => formatSpan(to - from) },
              { title: 'REASON', value: ({ reason }) => reason },
            ],
            gaps,
          ),
    explains:
      'Twitch sends chat only to those who have joined, and sends nothing again: what is said in a gap is gone. ' +
      'So a gap is written down as data, and a window’s coverage says how much of it was heard.',
  });
}

function noGap(channel: string | undefined, since: string): string {
  return channel === undefined
    ? `No gap since ${since}: every wanted channel was heard all the time.`
    : `No gap of ${channel} was told since ${since}.`;
}
