import { expect, it } from 'vitest';
import { connectionTrouble, plainWords } from './connection-trouble.ts';

const names = { address: 'X_HOSTS', tls: 'X_TLS', ca: 'X_TLS_CA', cert: 'X_TLS_CERT', key: 'X_TLS_KEY' };

it.each([
  ['unable to verify the first certificate', 'X_TLS_CA'],
  ['self-signed certificate in certificate chain', 'X_TLS_CA'],
  ['unable to get local issuer certificate', 'X_TLS_CA'],
  ["Hostname/IP does not match certificate's altnames: IP: 10.0.0.1 is not in the cert's list", 'X_HOSTS'],
  ['certificate has expired', 'clock'],
  ['SSL routines:ssl3_read_bytes:tlsv13 alert certificate required', 'X_TLS_CERT and X_TLS_KEY'],
  ['SSL routines:ssl3_get_record:wrong version number', 'X_TLS'],
  ['read ECONNRESET', 'X_TLS'],
  ['Closed connection', 'X_TLS'],
])('"%s" leads to %s', (words, hint) => {
  expect(connectionTrouble(words, names)?.hint).toContain(hint);
});

it('says nothing of what is not about TLS', () => {
  expect(connectionTrouble('connect ECONNREFUSED 127.0.0.1:9092', names)).toBeUndefined();
});

it('leaves the addresses of OpenSSL out', () => {
  const words =
    '80BC8AD8E77F0000:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../deps/x.c:1601:SSL alert number 116\n';
  expect(plainWords(words)).toBe('tlsv13 alert certificate required');
  expect(plainWords('Closed connection')).toBe('Closed connection');
});
