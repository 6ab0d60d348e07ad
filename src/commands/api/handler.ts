import { runApi } from '../../api/run.ts';
import type { HandlerInput } from '../../cli/command.ts';
import { supervisedSignal } from '../../cli/supervised.ts';
import { gatheredStream } from '../../output/gathered-stream.ts';
import { createLogger } from '../../output/logger.ts';

interface ApiCommandOptions {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly apiToken?: string | undefined;
  readonly corsOrigin?: string | undefined;
}

export async function runApiCommand(input: HandlerInput<ApiCommandOptions>): Promise<undefined> {
  const { options, io, output } = input;
  const { settings } = input.config({
    HOST: options.host,
    PORT: options.port,
    API_TOKEN: options.apiToken,
    CORS_ORIGIN: options.corsOrigin,
  });
  const stderr = gatheredStream(io.stderr);
  await runApi(settings, {
    logger: createLogger({ ...io, stderr }, settings, 'api', {
      colorize: output.wordPaint.level > 0,
    }),
    signal: supervisedSignal(io, input.signal),
    onListening: ({ host, port }) =>
      output.note(`api: http://${host.includes(':') ? `[${host}]` : host}:${port}/`),
  }).finally(() => {
    if (stderr !== io.stderr) stderr.end();
  });
}
