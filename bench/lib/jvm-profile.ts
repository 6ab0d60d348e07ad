import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { needJdk } from '../../src/stack/jdk-choice.ts';
import { type Shares, sharesOf } from './shares.ts';

const RECORDING = 'bench';
const STACK_DEPTH = 24;
const JDK = /^(?:java|javax|jdk|sun|com\.sun)\./;

const tool = (name: string) => join(needJdk('cassandra').home, 'bin', name);

/** Begins a flight recording in a running JVM: its Java code is sampled each 10 ms. */
export async function beginRecording(pid: number): Promise<void> {
  await execa(tool('jcmd'), [String(pid), 'JFR.start', `name=${RECORDING}`, 'settings=profile']);
}

const recordingSchema = z.object({
  recording: z.object({
    events: z.array(
      z.object({
        values: z.object({
          stackTrace: z
            .object({
              frames: z.array(
                z.object({ method: z.object({ type: z.object({ name: z.string() }) }).nullable() }),
              ),
            })
            .nullable(),
        }),
      }),
    ),
  }),
});

/** Ends it. Where its Java code was: packages, with what the JDK did for them. Compilers and collectors are not in it. */
export async function endRecording(directory: string, pid: number): Promise<Shares> {
  const file = join(directory, `${pid}.jfr`);
  await execa(tool('jcmd'), [String(pid), 'JFR.stop', `name=${RECORDING}`, `filename=${file}`]);
  const { stdout } = await execa(
    tool('jfr'),
    ['print', '--json', '--stack-depth', String(STACK_DEPTH), '--events', 'jdk.ExecutionSample', file],
    { maxBuffer: 2 ** 30 },
  );
  const samples = new Map<string, number>();
  for (const { values } of recordingSchema.parse(JSON.parse(stdout)).recording.events) {
    const types = values.stackTrace?.frames.flatMap(({ method }) => method?.type.name ?? []) ?? [];
    const place = packageOf(types.find((type) => !JDK.test(type.replaceAll('/', '.'))) ?? 'the JDK');
    samples.set(place, (samples.get(place) ?? 0) + 1);
  }
  return sharesOf(samples);
}

/** `org/apache/cassandra/db/marshal/UTF8Type` is of `org.apache.cassandra.db`. */
function packageOf(type: string): string {
  return type.replaceAll('/', '.').split('.').slice(0, -1).slice(0, 4).join('.') || type;
}
