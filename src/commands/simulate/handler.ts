import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import type { HandlerInput } from '../../cli/command.ts';
import { parseMoment } from '../../cli/moment.ts';
import { supervisedSignal } from '../../cli/supervised.ts';
import { parseTimeZone } from '../../cli/time-zone.ts';
import { untilAborted } from '../../contract/abort.ts';
import { AppError } from '../../contract/errors.ts';
import { playChat } from '../../simulator/chat-player.ts';
import { createFilePlayer, readLineFile } from '../../simulator/file-player.ts';
import { fileLedger } from '../../simulator/ledger.ts';
import { inventedChannels } from '../../simulator/rooms.ts';
import { readScenario } from '../../simulator/scenario.ts';
import { createScenarioRunner } from '../../simulator/scenario-runner.ts';
import { type ChatServer, startChatServer } from '../../simulator/server.ts';
import type { SimulateOptions } from './command.ts';

export async function runSimulate(input: HandlerInput<SimulateOptions>): Promise<undefined> {
  const { options, io } = input;
  if (options.exit && options.file === undefined && options.lines === undefined) {
    throw new AppError('USAGE', '--exit needs --file or --lines', { hint: 'Made-up chat has no end.' });
  }
  const flag = ofMadeUpChat.find(([name]) => options[name] !== undefined)?.[1];
  if (options.file !== undefined && flag !== undefined)
    throw new AppError('USAGE', `${flag} goes with made-up chat, not with --file`);
  const signal = supervisedSignal(io, input.signal);
  await (options.file === undefined
    ? simulateChat(input, signal)
    : simulateFile(input, options.file, signal));
}

const ofMadeUpChat = [
  ['scenario', '--scenario'],
  ['ledger', '--ledger'],
  ['lines', '--lines'],
  ['seed', '--seed'],
  ['startTime', '--start-time'],
] as const;

/** @throws AppError USAGE */
function startTimeOf({ startTime }: SimulateOptions): number | undefined {
  const context = { now: Date.now(), timeZone: parseTimeZone(undefined) };
  return startTime === undefined ? undefined : parseMoment('--start-time', startTime, context);
}

async function simulateChat(input: HandlerInput<SimulateOptions>, stop: AbortSignal): Promise<void> {
  const { options, output, io } = input;
  const { channels: wanted, rate = 50, seed = randomInt(2 ** 31) } = options;
  const startTime = startTimeOf(options);
  const channels = typeof wanted === 'number' ? inventedChannels(wanted) : wanted;
  const scenario =
    options.scenario === undefined ? undefined : readScenario(resolve(io.cwd, options.scenario));
  const torn = new AbortController();
  const signal = AbortSignal.any([stop, torn.signal]);
  const ledger =
    options.ledger === undefined
      ? undefined
      : fileLedger(resolve(io.cwd, options.ledger), (error) => torn.abort(error));
  let isFirstJoin = true;
  const server = await startChatServer({
    port: options.port,
    onJoined: () => {
      if (isFirstJoin) void faults?.run(signal);
      isFirstJoin = false;
    },
    ...(ledger === undefined ? {} : { ledger }),
  });
  const faults = scenario === undefined ? undefined : createScenarioRunner(scenario, server, ledger);
  sayListening(input, server, channels, seed);
  const sent = await playChat(
    { server, channels, rate, seed, startTime, faults, lines: options.lines },
    signal,
  );
  if (!signal.aborted) output.note(`sent all ${sent} lines`);
  if (!options.exit) await untilAborted(signal);
  await server.close();
  ledger?.close();
  torn.signal.throwIfAborted();
  if (signal.aborted) output.note(`sent ${sent} lines`);
}

async function simulateFile(
  input: HandlerInput<SimulateOptions>,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const { options, output, io } = input;
  const file = readLineFile(resolve(io.cwd, path));
  const server = await startChatServer({
    port: options.port,
    roomId: (channel) => file.roomIds.get(channel),
    onJoined: () => player.joined(),
  });
  const player = createFilePlayer({ file, server, rate: options.rate ?? 1000 });
  sayListening(input, server, file.channels);
  const patience = setTimeout(() => sayWaiting(), 10_000);
  const sayWaiting = () => {
    const { waiting, unheardChannels } = player.progress();
    if (waiting === 0 || unheardChannels.length === 0) return;
    output.note(`${waiting} lines wait until these channels are joined: ${unheardChannels.join(', ')}`);
  };
  await player.play(signal);
  clearTimeout(patience);
  const { sent, waiting, byCommand } = player.progress();
  const kinds = [...byCommand].map(([command, count]) => `${count} ${command}`).join(', ');
  output.note(`played ${sent} lines (${kinds})${waiting > 0 ? `; ${waiting} not played` : ''}`);
  if (!options.exit) await untilAborted(signal);
  await server.close();
}

function sayListening(
  { output, global }: HandlerInput<SimulateOptions>,
  { url, port }: ChatServer,
  channels: readonly string[],
  seed?: number,
): void {
  if (global.json) output.object({ url, port, channels, ...(seed === undefined ? {} : { seed }) }, () => url);
  const shown = channels.length > 8 ? `${channels.slice(0, 8).join(' ')} …` : channels.join(' ');
  output.note(`simulator: ${url} with ${channels.length} channels: ${shown}`);
  if (seed !== undefined) output.note(`again with the same lines: --seed ${seed}`);
}
