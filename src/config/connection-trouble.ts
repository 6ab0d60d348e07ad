import { AppError } from '../contract/errors.ts';

/** The names of the settings that decide how a client connects, for the words of an error. */
export interface ConnectionSettings {
  readonly address: string;
  /** Turns TLS on. */
  readonly tls: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface ConnectionTrouble {
  /** Continues "Kafka at localhost:9092 …". */
  readonly says: string;
  readonly hint: string;
}

/** That a server, such as `Kafka at localhost:9092`, cannot be reached, with what the words of the failure mean where they are known. */
export function unreachable(
  code: 'KAFKA_UNREACHABLE' | 'CASSANDRA_UNREACHABLE',
  server: string,
  words: string,
  names: ConnectionSettings,
  cause: unknown,
): AppError {
  const trouble = connectionTrouble(words, names);
  return new AppError(code, trouble === undefined ? `Cannot reach ${server}` : `${server} ${trouble.says}`, {
    detail: plainWords(words),
    ...(trouble === undefined ? {} : { hint: trouble.hint }),
    cause,
  });
}

/**
 * What the words of a failed connection mean, as Node's and OpenSSL's errors have them; undefined when they say nothing of
 * TLS. (kafkajs keeps the message alone, so there is no code to go by.)
 */
export function connectionTrouble(words: string, names: ConnectionSettings): ConnectionTrouble | undefined {
  if (/does not match certificate/i.test(words))
    return {
      says: 'has a certificate for another name',
      hint: `Use a name that its certificate is for in ${names.address}.`,
    };
  if (/certificate has expired|not yet valid/i.test(words))
    return {
      says: 'has a certificate that is not valid now',
      hint: 'Renew the server’s certificate; check the clock.',
    };
  if (/verify the first certificate|issuer certificate|self[- ]signed certificate/i.test(words))
    return {
      says: 'has a certificate that is not trusted',
      hint: `Check ${names.ca}: the authority that signed it.`,
    };
  if (
    /alert (certificate required|bad certificate|handshake failure|unknown ca)|alert number (42|46|48|116)/i.test(
      words,
    )
  )
    return { says: 'does not take our certificate', hint: `Check ${names.cert} and ${names.key}.` };
  if (/wrong version number/i.test(words)) return { says: 'does not speak TLS', hint: `Check ${names.tls}.` };
  if (/ECONNRESET|EPIPE|closed connection|connection closed|socket was closed/i.test(words))
    return { says: 'closed the connection', hint: `Does it want TLS or a login? Check ${names.tls}.` };
  return undefined;
}

/** OpenSSL's `80BC…:error:0A00045C:SSL routines:f:tlsv13 alert certificate required:file.c:1601:…` without its addresses. */
export function plainWords(words: string): string {
  const [, reason] = /:error:[0-9A-F]+:SSL routines:[^:]*:([^:]+):/.exec(words) ?? [];
  return (reason ?? words).trim();
}
