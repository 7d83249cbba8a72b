import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificates {
  /** PEM text of the authority that signed it */
  readonly ca: string;
  /** PEM file with the server's key (PKCS#8) and its certificate for localhost and 127.0.0.1 */
  readonly keyFile: string;
}

/** Makes an authority of its own and a server certificate, by openssl. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true });
  const openssl = (...args: readonly string[]) => run('openssl', args, { cwd: folder });
  const newKey = ['-newkey', 'rsa:2048', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '30',
    '-subj',
    '/CN=test-ca',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  await openssl('req', ...newKey, '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr');
  await writeFile(path.join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30', '-extfile', 'names'];
  await openssl('x509', '-req', '-in', 'server.csr', ...signed, '-out', 'server.pem');
  const { stdout: key } = await openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'server.key');
  const certificate = await readFile(path.join(folder, 'server.pem'), 'utf8');
  const keyFile = path.join(folder, 'key-and-certificate.pem');
  await writeFile(keyFile, key + certificate);
  return { ca: await readFile(path.join(folder, 'ca.pem'), 'utf8'), keyFile };
}
