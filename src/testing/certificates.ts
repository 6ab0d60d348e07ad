import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of PEM files; keys are PKCS#8, elliptic curve P-256. */
export interface Certificates {
  readonly ca: string;
  /** Key and certificate for localhost and 127.0.0.1 in one file, as Kafka and Cassandra want their key stores. */
  readonly server: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

/** An authority of a test's own, and what it signed: valid for two days. Needs `openssl`. */
export function makeCertificates(directory: string): Certificates {
  mkdirSync(directory, { recursive: true });
  const file = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=test-authority', ...out('ca-key', 'ca'));
  for (const [name, extensions] of [
    ['server', 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n'],
    ['client', 'extendedKeyUsage=clientAuth\n'],
  ] as const) {
    writeFileSync(file(`${name}.extensions`), extensions);
    openssl('req', '-new', ...newKey, '-subj', `/CN=${name}`, ...out(`${name}-key`, `${name}-request`));
    openssl(
      ...[
        'x509',
        '-req',
        '-in',
        `${name}-request.pem`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca-key.pem',
        '-CAcreateserial',
      ],
      ...['-days', '2', '-extfile', `${name}.extensions`, '-out', `${name}-cert.pem`],
    );
  }
  const pair = ['server-key.pem', 'server-cert.pem'].map((name) => readFileSync(file(name), 'utf8'));
  writeFileSync(file('server.pem'), pair.join(''), { mode: 0o600 });
  return {
    ca: file('ca.pem'),
    server: file('server.pem'),
    clientCert: file('client-cert.pem'),
    clientKey: file('client-key.pem'),
  };
}

function out(key: string, result: string): string[] {
  return ['-keyout', `${key}.pem`, '-out', `${result}.pem`];
}
