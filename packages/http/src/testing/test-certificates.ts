import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** A certificate with its key, as PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of a test: X.509 written by hand, so that no program is needed. */
export interface TestAuthority {
  readonly cert: string;
  /** For a server on loopback, or a client of this common name. */
  issue(commonName: string): TestCertificate;
}

export function createTestAuthority(name: string): TestAuthority {
  const ca = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const write = (subject: string, publicKey: KeyObject, extensions: Buffer): string =>
    toPem(certificate(name, subject, publicKey, extensions, ca.privateKey));
  return {
    cert: write(name, ca.publicKey, extension("551d13", true, sequence(tlv(0x01, [0xff])))),
    issue: (commonName) => {
      const leaf = generateKeyPairSync("ec", { namedCurve: "P-256" });
      return {
        cert: write(commonName, leaf.publicKey, extension("551d11", false, LOOPBACK_NAMES)),
        key: leaf.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
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

/** subjectAltName: localhost and 127.0.0.1. */
const LOOPBACK_NAMES = sequence(tlv(0x82, Buffer.from("localhost")), tlv(0x87, [127, 0, 0, 1]));

function extension(oidHex: string, isCritical: boolean, value: Buffer): Buffer {
  const oid = tlv(0x06, Buffer.from(oidHex, "hex"));
  const critical = isCritical ? tlv(0x01, [0xff]) : Buffer.alloc(0);
  return sequence(oid, critical, tlv(0x04, value));
}

function distinguishedName(commonName: string): Buffer {
  const oid = tlv(0x06, Buffer.from("550403", "hex"));
  return sequence(tlv(0x31, sequence(oid, tlv(0x0c, Buffer.from(commonName)))));
}

function certificate(
  issuer: string,
  subject: string,
  publicKey: KeyObject,
  extensions: Buffer,
  issuerKey: KeyObject,
): Buffer {
  const validity = sequence(
    tlv(0x17, Buffer.from("200101000000Z")),
    tlv(0x18, Buffer.from("20990101000000Z")),
  );
  const serial = Buffer.from(subject).subarray(0, 8);
  const body = sequence(
    tlv(0xa0, tlv(0x02, [2])),
    tlv(0x02, [1], serial),
    sequence(ECDSA_WITH_SHA256),
    distinguishedName(issuer),
    validity,
    distinguishedName(subject),
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
