import { type KeyObject, X509Certificate } from "node:crypto";
import type { Reader } from "@signalbox/store";
import { expiredAt } from "../../credentials/expired-at.ts";
import { parseJoinToken } from "../../credentials/join-token.ts";
import { keyHash } from "../../credentials/key-hash.ts";
import { splitCertificates } from "../../credentials/pem.ts";
import { isSignedBy } from "../../credentials/signature.ts";
import { JOIN_TOKEN, NODE_ENROLMENT, SERVER } from "../../model/kinds.ts";
import type { Server } from "../../model/server.ts";
import { EnrolmentRefusal } from "./enrolment-refusal.ts";
import { secretHash } from "./join-tokens.ts";

const SERVER_AUTH_OID = "1.3.6.1.5.5.7.3.1";

/** What a machine shows for itself. */
export type EnrolmentCredential =
  | { readonly type: "token"; readonly text: string }
  | {
      readonly type: "renewal";
      /** PEM. */
      readonly certificate: string;
      /** Of the request, by the key of that certificate. */
      readonly signature: Uint8Array;
    };

/** A machine that may have a certificate for the key that it asks with. */
export type Admission =
  | { readonly type: "token"; readonly server: Server; readonly tokenId: string }
  | {
      readonly type: "renewal";
      readonly server: Server;
      /** Hash of the key that it proved to hold. */
      readonly provenKey: string;
    };

/**
 * Decides over a join token. Used once, it is good for the same key alone, so that a machine whose
 * answer was lost may ask again; whoever stole it has another key.
 *
 * @param keyOf reads the key that is asked for; not called for a token that is no good
 * @throws Problem `unauthenticated`
 */
export function admitByToken(
  reader: Reader,
  text: string,
  keyOf: () => KeyObject,
  now: number,
): Admission {
  const credential = parseJoinToken(text);
  if (!credential.ok) throw new EnrolmentRefusal("token", credential.error);
  const tokenId = secretHash(credential.value.secret);
  const token = reader.get(JOIN_TOKEN, tokenId)?.value;
  if (token === undefined) throw new EnrolmentRefusal("token", "no such token");
  if (Date.parse(token.expiresAt) <= now)
    throw new EnrolmentRefusal("token", "it has expired", token.serverId);
  const server = liveServer(reader, token.serverId, token.incarnation);
  if (server === undefined)
    throw new EnrolmentRefusal("token", "the server is gone", token.serverId);
  if (token.usedFor !== undefined && token.usedFor !== keyHash(keyOf())) {
    throw new EnrolmentRefusal("token", "it was used for another key", token.serverId);
  }
  return { type: "token", server, tokenId };
}

/** Whether a text is a join token that has not expired. */
export function isToken(reader: Reader, text: string, now: number): boolean {
  const credential = parseJoinToken(text);
  if (!credential.ok) return false;
  const token = reader.get(JOIN_TOKEN, secretHash(credential.value.secret))?.value;
  return token !== undefined && Date.parse(token.expiresAt) > now;
}

/**
 * Decides over a renewal: the certificate is one of ours and still good, the request is signed by
 * its key, and the machine has enrolled with that key or renewed with it last.
 *
 * @param roots PEM of the authorities that are trusted
 * @throws Problem `unauthenticated`
 */
export function admitByRenewal(
  reader: Reader,
  credential: Extract<EnrolmentCredential, { type: "renewal" }>,
  request: Uint8Array,
  roots: string,
  now: number,
): Admission {
  const certificate = readCertificate(credential.certificate);
  if (certificate === undefined) throw new EnrolmentRefusal("renewal", "it is not a certificate");
  const fault = certificateFault(certificate, roots, now);
  if (fault !== undefined) throw new EnrolmentRefusal("renewal", fault);
  const serverId = certificate.subject.replace(/^CN=/, "");
  if (!isSignedBy(certificate.publicKey, request, credential.signature)) {
    throw new EnrolmentRefusal("renewal", "the key of the certificate did not sign", serverId);
  }
  const enrolment = reader.get(NODE_ENROLMENT, serverId)?.value;
  if (enrolment === undefined)
    throw new EnrolmentRefusal("renewal", "it has not enrolled", serverId);
  const provenKey = keyHash(certificate.publicKey);
  if (provenKey !== enrolment.keyHash && provenKey !== enrolment.previousKeyHash) {
    throw new EnrolmentRefusal("renewal", "another key was used since", serverId);
  }
  const server = liveServer(reader, serverId, enrolment.incarnation);
  if (server === undefined) throw new EnrolmentRefusal("renewal", "the server is gone", serverId);
  return { type: "renewal", server, provenKey };
}

function certificateFault(
  certificate: X509Certificate,
  roots: string,
  now: number,
): string | undefined {
  const isOurs = splitCertificates(roots)
    .map((pem) => new X509Certificate(pem))
    .some((root) => certificate.checkIssued(root) && certificate.verify(root.publicKey));
  if (!isOurs) return "it is not signed by this authority";
  if (certificate.validFromDate.getTime() > now) return "it is not valid yet";
  if (expiredAt(certificate, now) !== undefined) return "it has expired";
  const usage = certificate.keyUsage ?? [];
  const isMachines = usage.length === 1 && usage[0] === SERVER_AUTH_OID;
  return isMachines ? undefined : "it is not a machine's";
}

function liveServer(reader: Reader, id: string, incarnation: string): Server | undefined {
  const server = reader.get(SERVER, id)?.value;
  const isLive = server?.incarnation === incarnation && server.metadata.deletedAt === undefined;
  return isLive ? server : undefined;
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
