import { createHash, X509Certificate } from "node:crypto";

/**
 * SHA-256 of a certificate's DER, lower-case hex: by it a peer knows an authority that it has not
 * seen before.
 *
 * @throws when the text is not a certificate
 */
export function certificatePin(certificate: X509Certificate | string): string {
  const { raw } = typeof certificate === "string" ? new X509Certificate(certificate) : certificate;
  return createHash("sha256").update(raw).digest("hex");
}
