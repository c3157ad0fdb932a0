import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A certificate with its key, as PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Names that a certificate is to hold besides `localhost` and `127.0.0.1`. */
export interface TestNames {
  readonly organizations?: readonly string[];
  readonly dns?: readonly string[];
  readonly uris?: readonly string[];
}

/** A certificate authority of a test: X.509 written by hand, so that no program is needed. */
export interface TestAuthority {
  /** Its own certificate, PEM: what those trust who trust it. */
  readonly cert: string;
  /** Certifies a new key, from 2020 until 2099, for a server on loopback or a client. */
  issue(commonName: string, names?: TestNames): TestCertificate;
}

/**
 * Makes an authority with a key of its own. Two of one name are still two.
 *
 * @example
 * ```ts
 * const authority = createTestAuthority("test authority");
 * const server = createSecureServer(authority.issue("server"));
 * ```
 */
export function createTestAuthority(name: string): TestAuthority {
  const ca = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = distinguishedName(name, []);
  const write = (subject: Buffer, publicKey: KeyObject, extensions: Buffer): string =>
    toPem(certificate(issuer, subject, publicKey, extensions, ca.privateKey));
  return {
    cert: write(issuer, ca.publicKey, extension("551d13", true, sequence(tlv(0x01, [0xff])))),
    issue: (commonName, names = {}) => {
      const leaf = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const subject = distinguishedName(commonName, names.organizations ?? []);
      const key = leaf.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      return { cert: write(subject, leaf.publicKey, subjectAltName(names)), key };
    },
  };
}

const ECDSA_WITH_SHA256 = Buffer.from("06082a8648ce3d040302", "hex");

function tlv(tag: number, ...parts: readonly (Buffer | readonly number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, ...parts);
}

function subjectAltName({ dns = [], uris = [] }: TestNames): Buffer {
  const names = [
    ...["localhost", ...dns].map((name) => tlv(0x82, Buffer.from(name))),
    ...uris.map((uri) => tlv(0x86, Buffer.from(uri))),
    tlv(0x87, [127, 0, 0, 1]),
  ];
  return extension("551d11", false, sequence(...names));
}

function extension(oidHex: string, isCritical: boolean, value: Buffer): Buffer {
  const oid = tlv(0x06, Buffer.from(oidHex, "hex"));
  const critical = isCritical ? tlv(0x01, [0xff]) : Buffer.alloc(0);
  return sequence(oid, critical, tlv(0x04, value));
}

function distinguishedName(commonName: string, organizations: readonly string[]): Buffer {
  const part = (oidHex: string, text: string): Buffer =>
    tlv(0x31, sequence(tlv(0x06, Buffer.from(oidHex, "hex")), tlv(0x0c, Buffer.from(text))));
  return sequence(...organizations.map((o) => part("55040a", o)), part("550403", commonName));
}

function certificate(
  issuer: Buffer,
  subject: Buffer,
  publicKey: KeyObject,
  extensions: Buffer,
  issuerKey: KeyObject,
): Buffer {
  const validity = sequence(
    tlv(0x17, Buffer.from("200101000000Z")),
    tlv(0x18, Buffer.from("20990101000000Z")),
  );
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(7)]);
  const body = sequence(
    tlv(0xa0, tlv(0x02, [2])),
    tlv(0x02, serial),
    sequence(ECDSA_WITH_SHA256),
    issuer,
    validity,
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(extensions)),
  );
  const signature = sign("sha256", body, issuerKey);
  return sequence(body, sequence(ECDSA_WITH_SHA256), tlv(0x03, [0], signature));
}

function toPem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
