/**
 * `npm run bench -- cold [--rates 1000,4000] [--seconds 120] [--channels 200] [--repetitions 3]`: how soon a pipe that was just
 * started keeps up. Its JVMs compile while chat comes in evenly; once a second it is asked how much of what was sent is not
 * yet counted, and not yet archived. Live is who is less than a second of messages behind until the end. Each rate gets a
 * fresh pipe, all of them in turn, and its books must close; a rate that was not sent does not count. Needs a build; Linux
 * only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { closeBooks } from './lib/close-books.ts';
import { inTurn } from './lib/compare.ts';
import { mustBeSent } from './lib/must-be-sent.ts';
import type { Result } from './lib/results.ts';
import { spread } from './lib/statistics.ts';
import { startWholePipe, type WholePipe } from './lib/whole-pipe.ts';

const SAID_EACH_S = 10;
const say = (line: string) => process.stdout.write(`${line}\n`);

/** How far behind a pipe was, so long after chat began. */
interface Look {
  readonly seconds: number;
  /** Messages sent and not counted, or not archived. */
  readonly uncounted: number;
  readonly unarchived: number;
}

export default async function cold(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({
    args,
    options: {
      rates: { type: 'string', default: '1000,4000' },
      seconds: { type: 'string', default: '120' },
      channels: { type: 'string', default: '200' },
      repetitions: { type: 'string', default: '3' },
    },
  });
  const rates = values.rates.split(',').map(Number);
  const watched = await inTurn(rates, Number(values.repetitions), say, async (rate) => {
    const pipe = await startWholePipe({ channels: Number(values.channels), partitions: 3 });
    try {
      return await watchStart(pipe, rate, Number(values.seconds));
    } finally {
      await pipe.stop();
    }
  });
  return watched.flatMap(({ thing, figures }) => resultsOf(thing, figures));
}

async function watchStart(pipe: WholePipe, rate: number, seconds: number): Promise<Look[]> {
  const feed = await pipe.feed(rate);
  try {
    const looks: Look[] = [];
    const startedAt = performance.now();
    for (let second = 1; second <= seconds; second++) {
      await sleep(Math.max(0, startedAt + second * 1000 - performance.now()));
      // Asked first: what is sent in between counts as not counted.
      const { counted, archived } = await pipe.progress();
      const sentNow = await feed.sent();
      const look = { seconds: second, uncounted: sentNow - counted, unarchived: sentNow - archived };
      looks.push(look);
      if (second % SAID_EACH_S === 0)
        say(
          `${rate} msg/s, ${second} s: ${sentNow} sent, not counted ${look.uncounted}, not archived ${look.unarchived}`,
        );
    }
    mustBeSent(rate, (await feed.sent()) / ((performance.now() - startedAt) / 1000));
    await closeBooks(pipe, await feed.stop(), say);
    return looks;
  } finally {
    await feed.end();
  }
}

function resultsOf(rate: number, starts: readonly (readonly Look[])[]): Result[] {
  const what = (of: string) => `${rate} msg/s into a pipe that was just started: ${of}`;
  const measured = [
    { name: 'counts', behind: ({ uncounted }: Look) => uncounted },
    { name: 'archive', behind: ({ unarchived }: Look) => unarchived },
  ];
  return measured.flatMap(({ name, behind }): Result[] => {
    const most = starts.map((looks) => Math.max(...looks.map(behind)));
    const liveAfter = starts.map(
      (looks) => (looks.findLast((look) => behind(look) >= rate)?.seconds ?? 0) + 1,
    );
    // Who is behind at the last look is live after nobody knows when.
    const isLive = starts.every((looks, start) => (liveAfter[start] ?? 0) <= looks.length);
    return [
      { what: what(`${name}, behind by at most`), unit: 'messages', ours: spread(most) },
      ...(isLive ? [{ what: what(`${name} live`), unit: 's', ours: spread(liveAfter) }] : []),
    ];
  });
}
