/** PEM text of DER bytes: `-----BEGIN CERTIFICATE-----` and so on. */
export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, each on its own; whatever else it holds is left out. */
export function splitCertificates(pem: string): readonly string[] {
  return Array.from(pem.matchAll(CERTIFICATE), ([text]) => `${text}\n`);
}

const REQUEST =
  /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END (?:NEW )?CERTIFICATE REQUEST-----/;

/** DER of the first certificate request in a PEM text; undefined when there is none. */
export function requestDer(pem: string): Buffer | undefined {
  const body = REQUEST.exec(pem)?.[1];
  return body === undefined ? undefined : Buffer.from(body, "base64");
}
