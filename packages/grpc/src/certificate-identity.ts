import type { X509Certificate } from "node:crypto";
import { certificateSubject } from "@signalbox/base";

/** The names that a certificate vouches for. */
export interface CertificateIdentity {
  readonly commonName: string | undefined;
  /** Every `O` of the subject, in order. */
  readonly organizations: readonly string[];
  /** Subject alternative names. */
  readonly dnsNames: readonly string[];
  readonly uris: readonly string[];
  readonly ipAddresses: readonly string[];
  /** SHA-256 of the whole certificate: upper-case hex with colons. */
  readonly fingerprint256: string;
  /** The certificate itself, for whatever else is wanted of it. */
  readonly x509: X509Certificate;
}

/** Reads the names out of a certificate. */
export function identityOf(certificate: X509Certificate): CertificateIdentity {
  const { commonNames, organizations } = certificateSubject(certificate);
  const names = parseSubjectAltName(certificate.subjectAltName ?? "");
  const named = (kind: string): string[] =>
    names.flatMap(([name, value]) => (name === kind ? [value] : []));
  return Object.freeze({
    commonName: commonNames[0],
    organizations,
    dnsNames: named("DNS"),
    uris: named("URI"),
    ipAddresses: named("IP Address"),
    fingerprint256: certificate.fingerprint256,
    x509: certificate,
  });
}

/** One entry: a kind, a colon, and a value that is a JSON string when it holds odd characters. */
const ENTRY = /([^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/y;

/**
 * Splits Node's text of the subject alternative names. Node quotes a value that holds a comma or
 * a quote, so that `DNS:a, DNS:b` cannot be smuggled in as one name (CVE-2021-44532). From the
 * first entry that does not parse on, nothing is taken.
 */
export function parseSubjectAltName(text: string): readonly (readonly [string, string])[] {
  const names: [string, string][] = [];
  ENTRY.lastIndex = 0;
  for (;;) {
    const match = ENTRY.exec(text);
    if (match === null) return names;
    const [, kind = "", raw = ""] = match;
    const value = raw.startsWith('"') ? unquote(raw) : raw;
    if (value === undefined) return names;
    names.push([kind, value]);
  }
}

function unquote(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}
