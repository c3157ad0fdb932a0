import type { KeyObject } from "node:crypto";
import { type Clock, Problem } from "@signalbox/base";
import type { Reader, Store, Transaction } from "@signalbox/store";
import { readCertificateRequest } from "../../credentials/certificate-request.ts";
import { keyHash } from "../../credentials/key-hash.ts";
import { JOIN_TOKEN, NODE_ENROLMENT } from "../../model/kinds.ts";
import type { NodeEnrolment } from "../../model/node-enrolment.ts";
import type { CertificateAuthority, IssuedCertificate } from "../certificate-order.ts";
import {
  admitByRenewal,
  admitByToken,
  isToken,
  type Admission,
  type EnrolmentCredential,
} from "./admission.ts";
import { type MachineNames, machineNames } from "./machine-names.ts";

export interface EnrolmentOrder {
  readonly credential: EnrolmentCredential;
  /** PKCS#10, DER. */
  readonly request: Uint8Array;
}

export interface Enrolled {
  readonly type: Admission["type"];
  readonly enrolment: NodeEnrolment;
  readonly certificatePem: string;
  /** PEM of the authorities to trust. */
  readonly caPem: string;
  readonly notAfter: number;
}

export interface EnrollerDeps {
  readonly store: Store;
  readonly authority: CertificateAuthority;
  readonly clock: Clock;
  /** How long the certificates of machines are valid. */
  readonly validMs: number;
  /** What the daemon itself is reached by, and no machine may be called. */
  readonly reserved: () => MachineNames;
}

/** Gives machines their certificates. What is in them the store decides, never the request. */
export class Enroller {
  readonly #deps: EnrollerDeps;

  constructor(deps: EnrollerDeps) {
    this.#deps = deps;
  }

  /** @throws Problem `invalid_request`, `unauthenticated` */
  async enrol({ credential, request }: EnrolmentOrder): Promise<Enrolled> {
    const { store, authority, clock, validMs, reserved } = this.#deps;
    // Taking a request apart costs more than all else: not before somebody may ask.
    const publicKey = onceKeyOf(request);
    const admit = (reader: Reader): Admission =>
      this.#admit(reader, credential, request, publicKey);

    // Signed before it is written down: whoever loses a race gets nothing of what was signed.
    const { server } = admit(store);
    const issued = await authority.issue({
      commonName: server.metadata.id,
      organizations: [],
      ...machineNames(server, reserved()),
      uris: [],
      usage: "server",
      publicKey: publicKey(),
      validMs,
    });
    const committed = await store.transact((tx) => {
      const admission = admit(tx);
      const enrolment = enrolmentOf(tx, admission, keyHash(publicKey()), issued, clock.now());
      write(tx, admission, enrolment);
      return { type: admission.type, enrolment };
    });
    return {
      ...committed.result,
      certificatePem: issued.certificatePem,
      caPem: authority.certificatePem,
      notAfter: issued.notAfter,
    };
  }

  /** Whether a credential is a token that is good, for whatever key; costs next to nothing. */
  knowsToken(credential: EnrolmentCredential): boolean {
    if (credential.type !== "token") return false;
    return isToken(this.#deps.store, credential.text, this.#deps.clock.now());
  }

  #admit(
    reader: Reader,
    credential: EnrolmentCredential,
    request: Uint8Array,
    publicKey: () => KeyObject,
  ): Admission {
    const now = this.#deps.clock.now();
    if (credential.type === "token") return admitByToken(reader, credential.text, publicKey, now);
    const roots = this.#deps.authority.certificatePem;
    return admitByRenewal(reader, credential, request, roots, now);
  }
}

/** Reads the key when it is first wanted. @throws Problem `invalid_request` */
function onceKeyOf(request: Uint8Array): () => KeyObject {
  let key: KeyObject | undefined;
  return () => {
    if (key !== undefined) return key;
    const read = readCertificateRequest(request);
    if (!read.ok) throw new Problem("invalid_request", read.error);
    return (key = read.value);
  };
}

function enrolmentOf(
  reader: Reader,
  admission: Admission,
  newKey: string,
  { serial, notAfter }: IssuedCertificate,
  now: number,
): NodeEnrolment {
  const { metadata, incarnation } = admission.server;
  const time = new Date(now).toISOString();
  const present = reader.get(NODE_ENROLMENT, metadata.id)?.value;
  const renewed = admission.type === "renewal" && present !== undefined;
  const isOldKey = admission.type === "renewal" && admission.provenKey !== newKey;
  return {
    serverId: metadata.id,
    incarnation,
    organizationId: metadata.organizationId,
    projectId: metadata.projectId,
    enrolledAt: renewed ? present.enrolledAt : time,
    ...(renewed ? { renewedAt: time } : {}),
    serial,
    notAfter: new Date(notAfter).toISOString(),
    keyHash: newKey,
    ...(isOldKey ? { previousKeyHash: admission.provenKey } : {}),
  };
}

function write(tx: Transaction, admission: Admission, enrolment: NodeEnrolment): void {
  if (admission.type === "token") {
    const token = tx.get(JOIN_TOKEN, admission.tokenId)?.value;
    if (token !== undefined) {
      tx.update(JOIN_TOKEN, admission.tokenId, { ...token, usedFor: enrolment.keyHash });
    }
  }
  const { serverId } = enrolment;
  if (tx.get(NODE_ENROLMENT, serverId) === undefined)
    tx.create(NODE_ENROLMENT, serverId, enrolment);
  else tx.update(NODE_ENROLMENT, serverId, enrolment);
}
