import { Attributes, CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  Attribute,
  AttributeTypeAndValue,
  AttributeValue,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_extKeyUsage,
  id_ce_subjectAltName,
  id_kp_clientAuth,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
} from "@peculiar/asn1-x509";
import { ED25519_OID } from "../certificate-request.ts";
import { type KeyPair, publicKeyDer } from "../key-pair.ts";
import { signWith } from "../signature.ts";

const ORGANIZATION_OID = "2.5.4.10";
const COMMON_NAME_OID = "2.5.4.3";
const EXTENSION_REQUEST_OID = "1.2.840.113549.1.9.14";

/** A request, well signed, for all that nobody is to be given. */
export function forgedRequest({ publicKey, privateKey }: KeyPair): Buffer {
  const wishes = new Extensions([
    extension(
      id_ce_subjectAltName,
      new SubjectAlternativeName([
        new GeneralName({ dNSName: "control" }),
        new GeneralName({ iPAddress: "10.9.9.9" }),
        new GeneralName({ uniformResourceIdentifier: "signalbox://project/o/p" }),
      ]),
    ),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_clientAuth])),
  ]);
  const info = new CertificationRequestInfo({
    subject: new Name([
      part(ORGANIZATION_OID, "os:admin"),
      part(ORGANIZATION_OID, "os:impersonator"),
      part(COMMON_NAME_OID, "other"),
    ]),
    subjectPKInfo: AsnConvert.parse(publicKeyDer(publicKey), SubjectPublicKeyInfo),
    attributes: new Attributes([
      new Attribute({ type: EXTENSION_REQUEST_OID, values: [AsnConvert.serialize(wishes)] }),
    ]),
  });
  const signature = signWith(privateKey, new Uint8Array(AsnConvert.serialize(info)));
  const request = new CertificationRequest({
    certificationRequestInfo: info,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: ED25519_OID }),
    signature: Uint8Array.from(signature).buffer,
  });
  return Buffer.from(AsnConvert.serialize(request));
}

function part(type: string, utf8String: string): RelativeDistinguishedName {
  const value = new AttributeValue({ utf8String });
  return new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value })]);
}

function extension(extnID: string, value: object): Extension {
  return new Extension({ extnID, extnValue: new OctetString(AsnConvert.serialize(value)) });
}
