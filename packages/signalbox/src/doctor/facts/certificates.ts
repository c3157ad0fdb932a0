import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Config } from "../../config/schema.ts";
import { certificateValidity } from "../../credentials/certificate-validity.ts";
import type { CertificateFile } from "../checks/certificates.ts";

/** The TLS files that the configuration names. */
export function readCertificates(tls: Config["tls"]): readonly CertificateFile[] {
  const { certificate, key, clientCa } = tls;
  const files: CertificateFile[] = [];
  if (certificate !== undefined) {
    files.push(fileOf("tls.certificate", certificate, () => describe(parse(certificate))));
  }
  if (key !== undefined) {
    files.push(fileOf("tls.key", key, () => describeKey(key, certificate)));
  }
  if (clientCa !== undefined) {
    files.push(fileOf("tls.clientCa", clientCa, () => describe(parse(clientCa))));
  }
  return files;
}

function fileOf(
  option: string,
  path: string,
  read: () => CertificateFile["content"],
): CertificateFile {
  try {
    return { option, path, content: read() };
  } catch (error) {
    return { option, path, content: { is: "unreadable", reason: (error as Error).message } };
  }
}

function parse(path: string): X509Certificate {
  return new X509Certificate(readFileSync(path));
}

function describe(certificate: X509Certificate): CertificateFile["content"] {
  // Undefined, whatever its type says, where a name cannot be decoded.
  const subject: string | undefined = certificate.subject;
  const { fromMs, toMs } = certificateValidity(certificate);
  return {
    is: "certificate",
    subject: subject?.replaceAll("\n", ", ") ?? "without a name that can be read",
    notBeforeMs: fromMs,
    notAfterMs: toMs,
    isAuthority: certificate.ca,
    // What Node calls key usage is the extended one, as OIDs; undefined without it.
    usages: certificate.keyUsage,
  };
}

function describeKey(path: string, certificate: string | undefined): CertificateFile["content"] {
  const key = createPrivateKey(readFileSync(path));
  const { mode } = statSync(path);
  return { is: "key", fits: certificate !== undefined && fits(certificate, key), mode };
}

/** What is wrong with the certificate itself is told of the certificate. */
function fits(certificate: string, key: ReturnType<typeof createPrivateKey>): boolean {
  try {
    return parse(certificate).checkPrivateKey(key);
  } catch {
    return true;
  }
}
