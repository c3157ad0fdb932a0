import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type Clock, type Log, Problem, type Random } from "@signalbox/base";
import { GrpcError, serviceOf, STATUS, type TypedService } from "@signalbox/grpc";
import { Enrolment, type EnrolRequest } from "#gen/signalbox/enrol/v1/enrol_pb.js";
import type { EnrolmentCredential } from "./admission.ts";
import type { Enroller } from "./enroller.ts";
import { type AuditedRequest, type EnrolmentAudit, enrolmentEvent } from "./enrolment-audit.ts";
import type { EnrolmentLimit } from "./enrolment-limits.ts";
import type { EnrolmentMetrics } from "./enrolment-metrics.ts";

export interface EnrolmentServiceDeps {
  readonly enroller: Pick<Enroller, "enrol" | "knowsToken">;
  readonly limit: Pick<EnrolmentLimit, "ofOthers">;
  readonly audit: EnrolmentAudit;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: EnrolmentMetrics;
}

/** The one call of the enrolment listener. Every answer and every refusal is audited. */
export function enrolmentService(deps: EnrolmentServiceDeps): TypedService {
  const { enroller, limit, audit, log, metrics } = deps;
  const refuse = async (request: AuditedRequest, problem: Problem): Promise<never> => {
    metrics.answered(request.type, problem.code);
    log.warn({ peer: request.sourceAddress, err: problem }, "a machine was given no certificate");
    await audit.write(enrolmentEvent(request, problem, deps));
    throw problem;
  };
  /** @throws GrpcError for a guess too many */
  const slowDown = (credential: EnrolmentCredential): void => {
    if (enroller.knowsToken(credential)) return;
    const ms = limit.ofOthers();
    if (ms === 0) return;
    metrics.limited();
    throw tooOften(ms);
  };
  return serviceOf(Enrolment, {
    enrol: async (message, { peer }) => {
      if (!audit.accepting) throw new Problem("unavailable", "the audit log cannot be written");
      const credential = credentialOf(message);
      slowDown(credential);
      const request: AuditedRequest = { type: credential.type, sourceAddress: peer.address };
      const enrolled = await enroller
        .enrol({ credential, request: message.csr })
        .catch((error: unknown) => refuse(request, Problem.from(error)));
      // Nobody holds a certificate that no record tells of.
      await audit.write(enrolmentEvent(request, enrolled, deps));
      metrics.answered(credential.type, "ok");
      const { enrolment, certificatePem, caPem, notAfter } = enrolled;
      const { serverId, serial } = enrolment;
      log.info({ serverId, serial, credential: credential.type }, "a machine has a certificate");
      return { certificatePem, caPem, notAfter: timestampFromMs(notAfter) };
    },
  });
}

/** What is told to who comes too often. */
export function tooOften(waitMs: number): GrpcError {
  const message = `too many requests; come again in ${Math.ceil(waitMs / 1000)} s`;
  return new GrpcError(STATUS.RESOURCE_EXHAUSTED, message);
}

/** Nothing at all is shown as a token that nobody knows. */
function credentialOf({ credential }: EnrolRequest): EnrolmentCredential {
  if (credential.case !== "renewal") return { type: "token", text: credential.value ?? "" };
  const { certificate, signature } = credential.value;
  return { type: "renewal", certificate, signature };
}
