import { createHash, type KeyObject } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";
import { ED25519_OID } from "../credentials/certificate-request.ts";
import { publicKeyDer } from "../credentials/key-pair.ts";
import { toPem } from "../credentials/pem.ts";
import { signWith } from "../credentials/signature.ts";
import type { CertificateOrder } from "./certificate-order.ts";

const COMMON_NAME_OID = "2.5.4.3";
const ORGANIZATION_OID = "2.5.4.10";

/** Who signs: a common name that no other root has, and an Ed25519 key. */
export interface Issuer {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** From when until when, in milliseconds since the epoch, whole seconds. */
export interface ValidityPeriod {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** PEM of a root that signs no other authorities. */
export function writeRootCertificate(
  issuer: Issuer,
  serial: Uint8Array,
  period: ValidityPeriod,
): string {
  return sign(issuer, {
    serial,
    period,
    subject: [[COMMON_NAME_OID, issuer.commonName]],
    publicKey: issuer.publicKey,
    extensions: [
      extension(
        id_ce_basicConstraints,
        new BasicConstraints({ cA: true, pathLenConstraint: 0 }),
        true,
      ),
      keyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign),
    ],
  });
}

/** PEM of a certificate that says what was ordered, and nothing else. */
export function writeCertificate(
  issuer: Issuer,
  serial: Uint8Array,
  period: ValidityPeriod,
  order: CertificateOrder & { readonly publicKey: KeyObject },
): string {
  const purpose = order.usage === "server" ? id_kp_serverAuth : id_kp_clientAuth;
  const names = alternativeNames(order);
  return sign(issuer, {
    serial,
    period,
    subject: [
      ...order.organizations.map((name) => [ORGANIZATION_OID, name] as const),
      [COMMON_NAME_OID, order.commonName],
    ],
    publicKey: order.publicKey,
    extensions: [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
      keyUsage(KeyUsageFlags.digitalSignature),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([purpose])),
      keyOfIssuer(issuer.publicKey),
      ...(names.length === 0
        ? []
        : [extension(id_ce_subjectAltName, new SubjectAlternativeName(names))]),
    ],
  });
}

function alternativeNames({ names, addresses, uris }: CertificateOrder): GeneralName[] {
  return [
    ...names.map((dNSName) => new GeneralName({ dNSName })),
    ...addresses.map((iPAddress) => new GeneralName({ iPAddress })),
    ...uris.map((uniformResourceIdentifier) => new GeneralName({ uniformResourceIdentifier })),
  ];
}

interface Body {
  readonly serial: Uint8Array;
  readonly period: ValidityPeriod;
  readonly subject: readonly (readonly [oid: string, value: string])[];
  readonly publicKey: KeyObject;
  readonly extensions: readonly Extension[];
}

function sign(issuer: Issuer, body: Body): string {
  const signature = new AlgorithmIdentifier({ algorithm: ED25519_OID });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: toArrayBuffer(body.serial),
    signature,
    issuer: nameOf([[COMMON_NAME_OID, issuer.commonName]]),
    validity: new Validity({
      notBefore: new Date(body.period.notBefore),
      notAfter: new Date(body.period.notAfter),
    }),
    subject: nameOf(body.subject),
    subjectPublicKeyInfo: AsnConvert.parse(publicKeyDer(body.publicKey), SubjectPublicKeyInfo),
    extensions: new Extensions([...body.extensions, keyOfSubject(body.publicKey)]),
  });
  const signed = signWith(issuer.privateKey, new Uint8Array(AsnConvert.serialize(tbsCertificate)));
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: signature,
    signatureValue: toArrayBuffer(signed),
  });
  return toPem("CERTIFICATE", new Uint8Array(AsnConvert.serialize(certificate)));
}

/** One attribute a part: clients read several organizations in either form. */
function nameOf(parts: Body["subject"]): Name {
  return new Name(
    parts.map(([type, utf8String]) => {
      const value = new AttributeValue({ utf8String });
      return new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value })]);
    }),
  );
}

function extension(extnID: string, value: object, critical = false): Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value));
  return new Extension({ extnID, critical, extnValue });
}

/** The unused bits of a KeyUsage are the trailing ones, which DER wants gone. */
function keyUsage(flags: number): Extension {
  return extension(id_ce_keyUsage, new KeyUsage(flags), true);
}

function keyOfSubject(key: KeyObject): Extension {
  return extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(key)));
}

function keyOfIssuer(key: KeyObject): Extension {
  const identifier = new AuthorityKeyIdentifier({
    keyIdentifier: new KeyIdentifier(keyIdentifier(key)),
  });
  return extension(id_ce_authorityKeyIdentifier, identifier);
}

/** The first 160 bits of SHA-256 of the key with its algorithm (RFC 7093, method 4). */
function keyIdentifier(key: KeyObject): ArrayBuffer {
  const digest = createHash("sha256").update(publicKeyDer(key)).digest();
  return toArrayBuffer(digest.subarray(0, 20));
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
