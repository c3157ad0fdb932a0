import { createPrivateKey, X509Certificate } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  CANCELLED,
  type Clock,
  formatHostPort,
  type HostPort,
  type Log,
  Problem,
  type Random,
} from "@signalbox/base";
import { Channel, clientOf, GrpcError, STATUS } from "@signalbox/grpc";
import { Enrolment, type EnrolRequestSchema } from "#gen/signalbox/enrol/v1/enrol_pb.js";
import { writeCertificateRequest } from "../../credentials/certificate-request.ts";
import { certificateValidity } from "../../credentials/certificate-validity.ts";
import { ENROLMENT_NAME } from "../../credentials/enrolment-name.ts";
import { type KeyPair, privateKeyPem } from "../../credentials/key-pair.ts";
import { signWith } from "../../credentials/signature.ts";
import type { MachineIdentity } from "./machine-identity.ts";

/** What the machine shows for itself. */
export type Proof =
  | { readonly type: "token"; readonly token: string }
  | { readonly type: "renewal"; readonly identity: MachineIdentity };

export interface CertificateAsk {
  readonly address: HostPort;
  /** PEM of the authorities that the listener may belong to. */
  readonly ca: string;
  readonly proof: Proof;
  /** The key that the certificate is for. */
  readonly pair: KeyPair;
}

export interface AskDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 30_000;

/**
 * Asks the daemon for a certificate, over a connection of its own.
 *
 * @throws Problem `unauthenticated` when the daemon refuses for good, `unavailable` when asking
 *   again may help
 */
export async function requestCertificate(
  ask: CertificateAsk,
  deps: AskDeps,
): Promise<MachineIdentity> {
  const { address, ca, proof, pair } = ask;
  const { signal } = deps;
  const csr = writeCertificateRequest(pair);
  const channel = new Channel(formatHostPort(address), {
    tls: { material: () => ({ ca }), serverName: ENROLMENT_NAME },
    ...deps,
  });
  try {
    const client = clientOf(Enrolment, channel);
    const credential = credentialOf(proof, csr);
    const answer = await client.enrol({ credential, csr }, { timeoutMs: TIMEOUT_MS, signal });
    const x509 = new X509Certificate(answer.certificatePem);
    if (!x509.checkPrivateKey(pair.privateKey)) {
      throw new Problem("unavailable", "the daemon answered a certificate for another key");
    }
    const { toMs } = certificateValidity(x509);
    if (toMs === undefined) {
      throw new Problem("unavailable", "the daemon answered a certificate without a readable end");
    }
    return {
      cert: answer.certificatePem,
      key: privateKeyPem(pair.privateKey),
      ca: answer.caPem,
      notAfter: toMs,
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason ?? CANCELLED;
    throw problemOf(error);
  } finally {
    channel.destroy();
  }
}

function credentialOf(
  proof: Proof,
  csr: Uint8Array,
): NonNullable<MessageInitShape<typeof EnrolRequestSchema>["credential"]> {
  if (proof.type === "token") return { case: "token", value: proof.token };
  const { cert, key } = proof.identity;
  const signature = signWith(createPrivateKey(key), csr);
  return { case: "renewal", value: { certificate: cert, signature } };
}

function problemOf(error: unknown): Problem {
  if (!(error instanceof GrpcError)) return Problem.from(error);
  const isFinal = error.code === STATUS.UNAUTHENTICATED || error.code === STATUS.INVALID_ARGUMENT;
  const code = isFinal ? "unauthenticated" : "unavailable";
  return new Problem(code, error.message, { cause: error });
}
