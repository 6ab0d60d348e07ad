/** The settings, and the names under which other tools look for the same things. */
export function environmentOf(settings: Readonly<Record<string, string>>): Record<string, string> {
  const [, host, port] = /^(.*):(\d+)$/.exec(settings.CASSANDRA_HOSTS ?? '') ?? [];
  return {
    ...settings,
    ...(settings.KAFKA_BROKERS === undefined ? {} : { KAFKA_BOOTSTRAP_SERVERS: settings.KAFKA_BROKERS }),
    ...(host === undefined || port === undefined ? {} : { CQLSH_HOST: host, CQLSH_PORT: port }),
  };
}

/** One line a variable, quoted for the shell. */
export function shellExports(variables: Readonly<Record<string, string>>, shell: 'posix' | 'fish'): string {
  return Object.entries(variables)
    .map(([name, value]) =>
      shell === 'fish' ? `set -gx ${name} ${fishQuoted(value)}\n` : `export ${name}=${posixQuoted(value)}\n`,
    )
    .join('');
}

function posixQuoted(value: string): string {
  return /^[\w./:,@%+-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

function fishQuoted(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
