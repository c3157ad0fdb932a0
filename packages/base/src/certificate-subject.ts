import type { X509Certificate } from "node:crypto";

/** Names in the subject of a certificate, in its order. */
export interface CertificateSubject {
  readonly commonNames: readonly string[];
  readonly organizations: readonly string[];
}

/**
 * Who a certificate is of. Node's object of a certificate holds the same; making one ends the
 * process where the key is on a curve that NIST has no name for, as brainpool's (Node 24).
 */
export function certificateSubject(certificate: X509Certificate): CertificateSubject {
  // Undefined, whatever its type says, where a name cannot be decoded.
  const text: string | undefined = certificate.subject;
  const entries = parseSubject(text ?? "");
  const named = (type: string): string[] =>
    entries.flatMap(([name, value]) => (name === type ? [value] : []));
  return { commonNames: named("CN"), organizations: named("O") };
}

/** The name that an account is known by. Of several nobody can say which one is meant: undefined. */
export function onlyCommonName(certificate: X509Certificate): string | undefined {
  const [name = "", ...others] = certificateSubject(certificate).commonNames;
  return name === "" || others.length > 0 ? undefined : name;
}

/** A type, and a value in which a backslash stands before two hexadecimal digits or one other sign. */
const ENTRY = /([^=\n]*)=((?:\\(?:[0-9A-F]{2}|[^0-9A-F])|[^\\\n+])*)(?: \+ |\n|$)/gy;

/**
 * Splits Node's text of a subject: a line each, or ` + ` between those of one set, with signs that
 * would mean something escaped. From the first entry that does not parse on, nothing is taken.
 */
export function parseSubject(text: string): readonly (readonly [type: string, value: string])[] {
  return Array.from(text.matchAll(ENTRY), ([, type = "", value = ""]) => [type, unescape(value)]);
}

function unescape(value: string): string {
  return value.replaceAll(/\\([0-9A-F]{2}|[^])/g, (_all, escaped: string) =>
    escaped.length === 1 ? escaped : String.fromCharCode(Number.parseInt(escaped, 16)),
  );
}
