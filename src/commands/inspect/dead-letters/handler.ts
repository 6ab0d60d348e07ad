import type { HandlerInput } from '../../../cli/command.ts';
import { type DeadLetter, readDeadLetters } from '../../../kafka/dead-letters.ts';
import { redrive } from '../../../kafka/redrive.ts';
import { renderTable } from '../../../output/table.ts';
import { teach } from '../lesson.ts';
import type { InspectDeadLettersOptions } from './command.ts';

export async function inspectDeadLetters({
  options,
  config,
  output,
  signal,
}: HandlerInput<InspectDeadLettersOptions>): Promise<undefined> {
  const { settings } = config();
  const letters: DeadLetter[] = [];
  const classes = new Map<string, number>();
  const again: DeadLetter[] = [];
  for await (const letter of readDeadLetters(settings, signal)) {
    if (options.class !== undefined && letter.class !== options.class) continue;
    classes.set(letter.class, (classes.get(letter.class) ?? 0) + 1);
    letters.push(letter);
    if (letters.length > options.lines) letters.shift();
    if (options.redrive) again.push(letter);
  }
  const sent = options.redrive ? await redrive(settings, again) : undefined;
  const byClass = [...classes].map(([name, count]) => ({ class: name, count }));
  teach(output, {
    data: {
      classes: byClass,
      newest: letters.map(({ key: _key, value, ...rest }) => ({
        ...rest,
        value: value?.toString() ?? null,
      })),
      ...(sent === undefined ? {} : { redriven: sent.written, not_redriven: sent.skipped }),
    },
    human: () =>
      byClass.length === 0 ? 'No dead letter.' : `${classTable(byClass)}\n\n${letterTable(letters)}`,
    explains:
      'A record that cannot be read must not stop the ones behind it, so it goes aside, whole, with the reason. ' +
      'Sending one again is safe when it has a message_id: whatever is counted twice by id counts once.',
  });
  if (sent !== undefined)
    output.note(`${sent.written} sent again, ${sent.skipped} cannot be (no key, no value or no text)`);
}

function classTable(rows: readonly { class: string; count: number }[]): string {
  return renderTable(
    [
      { title: 'CLASS', value: (row) => row.class },
      { title: 'COUNT', align: 'right', value: ({ count }) => count },
    ],
    rows,
  );
}

function letterTable(letters: readonly DeadLetter[]): string {
  return renderTable(
    [
      { title: 'WHEN', value: ({ at }) => new Date(at).toISOString() },
      { title: 'CLASS', value: (letter) => letter.class },
      { title: 'FROM', value: ({ topic, partition, offset }) => `${topic}-${partition}@${offset}` },
      { title: 'WHY', value: ({ detail }) => detail.slice(0, 60) },
      { title: 'VALUE', value: ({ value }) => (value?.toString() ?? '').slice(0, 60) },
    ],
    letters,
  );
}
