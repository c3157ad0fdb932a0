import type { Clock, Problem, Random } from "@signalbox/base";
import type { AuditEvent } from "@signalbox/http";
import { EnrolmentRefusal } from "./enrolment-refusal.ts";
import type { Enrolled } from "./enroller.ts";

/** Where enrolments are recorded; an audit log. */
export interface EnrolmentAudit {
  /** False while nothing can be written: nobody is enrolled then. */
  readonly accepting: boolean;
  /** Resolves when the event is durable. */
  write(event: AuditEvent): Promise<void>;
}

export const ENROL_PATH = "/signalbox.enrol.v1.Enrolment/Enrol";

export interface AuditedRequest {
  readonly type: Enrolled["type"];
  readonly sourceAddress: string;
}

/** The audit record of one request, answered or refused; a machine is its own actor, and one that was refused is nobody. */
export function enrolmentEvent(
  { type, sourceAddress }: AuditedRequest,
  outcome: Enrolled | Problem,
  deps: { readonly clock: Clock; readonly random: Random },
): AuditEvent {
  const common = {
    time: new Date(deps.clock.now()).toISOString(),
    operation: type === "token" ? "enrolMachine" : "renewMachineCertificate",
    verb: "POST",
    path: ENROL_PATH,
    sourceAddress,
    traceId: deps.random.bytes(16).toString("hex"),
  };
  if (outcome instanceof Error) {
    const serverId = outcome instanceof EnrolmentRefusal ? outcome.serverId : undefined;
    return {
      ...common,
      ...(serverId === undefined ? {} : { resource: { type: "server", id: serverId } }),
      outcome: { status: outcome.row.status, code: outcome.code },
    };
  }
  const { serverId, organizationId, projectId } = outcome.enrolment;
  return {
    ...common,
    actor: serverId,
    tenancy: { organizationId, projectId },
    resource: { type: "server", id: serverId },
    outcome: { status: 200 },
  };
}
