import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { emptyStack, serviceStatus } from '../testing/stack-state.ts';
import { identityOf, isAlive, type ProcessIdentity } from './identity.ts';
import { writeStackState } from './state.ts';
import { stopStack } from './stop-stack.ts';

const identityOfChild = ({ pid = 0 }: ChildProcess) => identityOf(pid) ?? { pid, started: '' };

function begin(command: string, ...args: string[]): ChildProcess {
  const child = spawn(command, args, { detached: true });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

it('leaves a port alone that somebody else holds after a reboot', async () => {
  const home = mkdtempSync(join(tmpdir(), 'twitchstats-stop-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const stranger = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    stranger.close();
  });
  await once(stranger, 'listening');
  const { port } = stranger.address() as AddressInfo;
  const gone = { pid: process.pid, started: 'before the reboot' };
  mkdirSync(join(home, 'stack'));
  writeStackState(home, {
    ...emptyStack(gone),
    services: [serviceStatus('kafka', 'ready', { process: gone, ports: { kafka: port } })],
  });
  const stopped = await stopStack({ home, signal: new AbortController().signal, onWaiting: () => undefined });
  expect(stopped).toEqual({ wasRunning: false, stopped: [] });
});

const kafka = (process: ProcessIdentity) => serviceStatus('kafka', 'ready', { process });

it('leaves the next stack alone, which an `up` starts that waited for the end of this one', async () => {
  const home = mkdtempSync(join(tmpdir(), 'twitchstats-stop-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  // It takes its time to end, as a supervisor does.
  const supervisor = begin(
    'sh',
    '-c',
    'trap "sleep 0.5; exit" TERM; echo ready; while :; do sleep 0.05; done',
  );
  await new Promise((resolve) => supervisor.stdout?.once('data', resolve));
  const [mine, next] = [begin('sleep', '600'), begin('sleep', '600')];
  mkdirSync(join(home, 'stack'));
  writeFileSync(join(home, 'stack', 'supervisor.lock'), JSON.stringify(identityOfChild(supervisor)));
  writeStackState(home, {
    ...emptyStack(identityOfChild(supervisor)),
    services: [kafka(identityOfChild(mine))],
  });

  const nextSupervisor = identityOf(process.pid) ?? { pid: 0, started: '' };
  const stopped = await stopStack({
    home,
    signal: new AbortController().signal,
    onWaiting() {
      mine.kill('SIGKILL');
      writeStackState(home, { ...emptyStack(nextSupervisor), services: [kafka(identityOfChild(next))] });
    },
  });
  expect(stopped).toEqual({ wasRunning: true, stopped: ['kafka'] });
  expect(isAlive(identityOfChild(next))).toBe(true);
}, 30_000);
