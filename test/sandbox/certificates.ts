import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { findExecutable } from './serverKinds';

const run = promisify(execFile);

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  readonly ca: string;
  /** For 127.0.0.1, ::1 and localhost. */
  readonly server: CertificateFiles;
  /** By the same authority, for another name: what `verify-identity` must refuse. */
  readonly otherName: CertificateFiles;
}

/** Makes an authority and two server certificates in `folder`, valid for 30 days. Needs the openssl program. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const openssl = findExecutable('openssl');
  if (openssl === undefined) throw new Error('openssl is not installed; the sandbox makes its certificates with it.');
  const file = (name: string) => path.join(folder, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const ca = file('ca.pem');
  const ownConfig = file('openssl.cnf');
  // The system's openssl.cnf adds extensions of its own, differently on each platform.
  writeFileSync(
    ownConfig,
    '[req]\ndistinguished_name=dn\n[dn]\n[authority]\nbasicConstraints=critical,CA:TRUE\n' +
      'keyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n',
  );
  const subject = ['-subj', '/CN=Replideck sandbox authority'];
  await run(openssl, [
    ...['req', '-x509', '-config', ownConfig, '-extensions', 'authority', ...newKey, '-days', '30', ...subject],
    ...['-keyout', file('ca-key.pem'), '-out', ca],
  ]);

  const issue = async (name: string, commonName: string, altNames: string): Promise<CertificateFiles> => {
    const [key, request, cert] = [file(`${name}-key.pem`), file(`${name}.csr`), file(`${name}.pem`)];
    const extensions = file(`${name}.ext`);
    writeFileSync(extensions, `subjectAltName=${altNames}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n`);
    await run(openssl, [
      ...['req', '-new', '-config', ownConfig, ...newKey, '-subj', `/CN=${commonName}`],
      ...['-keyout', key, '-out', request],
    ]);
    await run(openssl, [
      ...['x509', '-req', '-in', request, '-CA', ca, '-CAkey', file('ca-key.pem'), '-CAcreateserial'],
      ...['-days', '30', '-extfile', extensions, '-out', cert],
    ]);
    return { cert, key };
  };
  const server = await issue('server', 'localhost', 'IP:127.0.0.1,IP:::1,DNS:localhost');
  const otherName = await issue('other', 'db.other.example', 'DNS:db.other.example');
  return { ca, server, otherName };
}
