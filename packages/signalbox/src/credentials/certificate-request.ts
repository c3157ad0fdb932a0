import { createPublicKey, type KeyObject } from "node:crypto";
import { fail, ok, type Result } from "@signalbox/base";
import { Attributes, CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, Name, SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import { type KeyPair, publicKeyDer } from "./key-pair.ts";
import { isSignedBy, signWith } from "./signature.ts";

export const ED25519_OID = "1.3.101.112";
const ECDSA_SHA256_OID = "1.2.840.10045.4.3.2";
const RSA_SHA256_OID = "1.2.840.113549.1.1.11";

/**
 * A request with a key of 4096 bits and a long list of names is some 2 KB. The time for a request of
 * nothing but small elements grows with the square of its length: 16 KB of them took 0.1 s.
 */
const MAX_BYTES = 4 * 1024;

/** PKCS#10, DER, of an Ed25519 key. It names nobody: the authority decides what a key stands for. */
export function writeCertificateRequest({ publicKey, privateKey }: KeyPair): Buffer {
  const info = new CertificationRequestInfo({
    subject: new Name(),
    subjectPKInfo: AsnConvert.parse(publicKeyDer(publicKey), SubjectPublicKeyInfo),
    attributes: new Attributes(),
  });
  const request = new CertificationRequest({
    certificationRequestInfo: info,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: ED25519_OID }),
    signature: toArrayBuffer(signWith(privateKey, new Uint8Array(AsnConvert.serialize(info)))),
  });
  return Buffer.from(AsnConvert.serialize(request));
}

/**
 * The key of a request whose sender holds the private half. Whatever else the request asks for
 * (subject, names, extensions) is not looked at.
 */
export function readCertificateRequest(der: Uint8Array): Result<KeyObject> {
  if (der.length > MAX_BYTES) return fail("the certificate request is too long");
  try {
    return keyOf(AsnConvert.parse(der, CertificationRequest));
  } catch {
    return fail("the certificate request is malformed");
  }
}

function keyOf(request: CertificationRequest): Result<KeyObject> {
  const { certificationRequestInfo, certificationRequestInfoRaw, signature } = request;
  const key = createPublicKey({
    key: Buffer.from(AsnConvert.serialize(certificationRequestInfo.subjectPKInfo)),
    format: "der",
    type: "spki",
  });
  const algorithm = algorithmOf(key);
  if (algorithm === undefined) {
    return fail("the key must be Ed25519, ECDSA P-256, or RSA of 2048 to 4096 bits");
  }
  const signed = certificationRequestInfoRaw;
  if (
    signed === undefined ||
    request.signatureAlgorithm.algorithm !== algorithm ||
    !isSignedBy(key, new Uint8Array(signed), new Uint8Array(signature))
  ) {
    return fail("the certificate request is not signed by its own key");
  }
  return ok(key);
}

/** How requests of such a key are signed; undefined for keys that are not taken. */
function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  const { namedCurve, modulusLength = 0 } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === "ed25519") return ED25519_OID;
  if (asymmetricKeyType === "ec" && namedCurve === "prime256v1") return ECDSA_SHA256_OID;
  const isFit = modulusLength >= 2048 && modulusLength <= 4096;
  return asymmetricKeyType === "rsa" && isFit ? RSA_SHA256_OID : undefined;
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
