type Values = Readonly<Record<string, string>>;

/** The settings, and the names under which other tools look for the same things. cqlsh takes one host: the first. */
export function environmentOf(settings: Values): Record<string, string> {
  const [address = ''] = (settings.CASSANDRA_HOSTS ?? '').split(',');
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  return {
    ...settings,
    ...(settings.KAFKA_BROKERS === undefined ? {} : { KAFKA_BOOTSTRAP_SERVERS: settings.KAFKA_BROKERS }),
    ...(host === undefined || port === undefined ? {} : { CQLSH_HOST: host, CQLSH_PORT: port }),
  };
}

/** By librdkafka's name, ours. Passwords are never in the settings of a stack. */
const librdkafka = {
  'bootstrap.servers': 'KAFKA_BROKERS',
  'security.protocol': 'KAFKA_SECURITY_PROTOCOL',
  'sasl.mechanism': 'KAFKA_SASL_MECHANISM',
  'sasl.username': 'KAFKA_SASL_USERNAME',
  'ssl.ca.location': 'KAFKA_TLS_CA',
  'ssl.certificate.location': 'KAFKA_TLS_CERT',
  'ssl.key.location': 'KAFKA_TLS_KEY',
} as const;

/** A configuration of kcat; where there is a login, all but its password, which `-X sasl.password=…` gives. */
export function kcatConfig(settings: Values): string {
  return Object.entries(librdkafka)
    .flatMap(([name, setting]) => {
      const value = settings[setting];
      return value === undefined ? [] : [`${name}=${value}\n`];
    })
    .join('');
}

/** One line a variable, quoted for the shell. */
export function shellExports(variables: Values, shell: 'posix' | 'fish'): string {
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
