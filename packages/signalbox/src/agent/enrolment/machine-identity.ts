import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFileAtomically } from "@signalbox/base";
import { certificateValidity } from "../../credentials/certificate-validity.ts";
import { splitCertificates } from "../../credentials/pem.ts";
import type { TlsIdentity } from "../../credentials/tls-identity.ts";

/** Name of the file that holds an identity. */
export const IDENTITY_FILE = "identity.json";

/** What a machine shows, and whom it trusts. */
export interface MachineIdentity extends TlsIdentity {
  /** When the certificate expires, in milliseconds since the epoch. */
  readonly notAfter: number;
}

/** One file holds all of it, so that no crash leaves a certificate beside another one's key. */
export function saveIdentity(path: string, { cert, key, ca }: MachineIdentity): void {
  writeFileAtomically(path, `${JSON.stringify({ cert, key, ca }, null, 2)}\n`);
}

/** The identity in a file; undefined when there is none, or nothing that can be used. */
export function loadIdentity(path: string): MachineIdentity | undefined {
  try {
    const { cert, key, ca } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    if (typeof cert !== "string" || typeof key !== "string" || typeof ca !== "string") return;
    if (splitCertificates(ca).length === 0) return;
    const { toMs } = certificateValidity(new X509Certificate(cert));
    return toMs === undefined ? undefined : { cert, key, ca, notAfter: toMs };
  } catch {
    return undefined;
  }
}
