import { join } from 'node:path';
import { settingsSchema } from '../config/settings.ts';
import type { ClassPaths } from '../stack/artefacts.ts';
import { clusterId } from '../stack/services/kafka.ts';
import { makeCertificates } from './certificates.ts';
import { type EmbeddedParts, embeddedServices, startEmbeddedServers } from './embedded.ts';

export interface SecuredServers {
  /** All that a client needs, as environment variables. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * A Kafka that takes only SASL_SSL (SCRAM-SHA-512, or PLAIN), and a Cassandra that wants a password, TLS and a client's
 * certificate: on free loopback ports, with an authority of their own, proven ready. Started in 15 s on a quiet machine.
 */
export async function startSecuredServers(): Promise<SecuredServers> {
  let env: Record<string, string> = {};
  const servers = await startEmbeddedServers(undefined, (directory, ports, classPaths) => {
    const secured = securedServices(directory, ports, classPaths);
    env = secured.env;
    return secured;
  });
  return { env, stop: servers.stop };
}

const kafkaLogin = { user: 'twitchstats', password: 'correct horse' };
const cassandraLogin = { user: 'cassandra', password: 'cassandra' };

function securedServices(
  directory: string,
  [kafka = 0, controller = 0, cql = 0, storage = 0, jmx = 0, internal = 0]: readonly number[],
  classPaths: ClassPaths,
): EmbeddedParts & { env: Record<string, string> } {
  const certificates = makeCertificates(join(directory, 'certificates'));
  const env = {
    KAFKA_BROKERS: `localhost:${kafka}`,
    KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: kafkaLogin.user,
    KAFKA_SASL_PASSWORD: kafkaLogin.password,
    KAFKA_TLS_CA: certificates.ca,
    CASSANDRA_HOSTS: `127.0.0.1:${cql}`,
    CASSANDRA_USERNAME: cassandraLogin.user,
    CASSANDRA_PASSWORD: cassandraLogin.password,
    CASSANDRA_TLS: 'true',
    CASSANDRA_TLS_CA: certificates.ca,
    CASSANDRA_TLS_CERT: certificates.clientCert,
    CASSANDRA_TLS_KEY: certificates.clientKey,
  };
  const parts = embeddedServices(directory, [kafka, controller, cql, storage, jmx], classPaths, {
    settings: settingsSchema.parse(env),
    kafka: {
      properties: {
        // Kafka talks to itself in plain text, as a cluster may behind its own walls; clients cannot.
        listeners: `CLIENT://127.0.0.1:${kafka},INTERNAL://127.0.0.1:${internal},CONTROLLER://127.0.0.1:${controller}`,
        'advertised.listeners': `CLIENT://localhost:${kafka},INTERNAL://127.0.0.1:${internal}`,
        'inter.broker.listener.name': 'INTERNAL',
        'listener.security.protocol.map': 'CLIENT:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
        'sasl.enabled.mechanisms': 'SCRAM-SHA-512,PLAIN',
        'listener.name.client.scram-sha-512.sasl.jaas.config':
          'org.apache.kafka.common.security.scram.ScramLoginModule required;',
        'listener.name.client.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required user_${kafkaLogin.user}="${kafkaLogin.password}";`,
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': certificates.server,
      },
      formatArgs: [
        ...['-t', clusterId(), '--add-scram'],
        `SCRAM-SHA-512=[name=${kafkaLogin.user},password="${kafkaLogin.password}"]`,
      ],
    },
    cassandra: {
      // The first role is made 10 s after the start otherwise.
      jvmFlags: ['-Dcassandra.superuser_setup_delay_ms=0'],
      yaml: {
        authenticator: 'PasswordAuthenticator',
        authorizer: 'CassandraAuthorizer',
        client_encryption_options: {
          enabled: true,
          optional: false,
          require_client_auth: true,
          ssl_context_factory: { class_name: 'org.apache.cassandra.security.PEMBasedSslContextFactory' },
          keystore: certificates.server,
          truststore: certificates.ca,
        },
      },
    },
  });
  return { ...parts, env };
}
