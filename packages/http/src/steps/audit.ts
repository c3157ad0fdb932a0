import { CANCELLED, type Clock, type Log, Problem } from "@signalbox/base";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { AuditSink } from "../audit/audit-sink.ts";
import type { Outcome } from "../pipeline/exchange.ts";
import type { Leaving, Work } from "../pipeline/row.ts";

type Needs = "request" | "trace" | "route";
type Known = Leaving<Needs | "audit">;

/**
 * Records every use of an operation that declares itself audited, with its outcome: what rows
 * below refuse, too. The event is durable before the answer goes.
 */
export function audit(sink: AuditSink, clock: Clock, log: Log): Work<Needs, "audit"> {
  return {
    enter: ({ route: { operation } }) => {
      if (!sink.accepting && operation.audited) {
        throw new Problem("unavailable", "the audit log cannot be written");
      }
      return { audit: { openedAtMs: clock.now() } };
    },
    leave: (exchange, outcome) => {
      const { request, route } = exchange;
      if (!route.operation.audited) return undefined;
      const written = sink.write(eventOf(exchange, outcome));
      // What has been read can still be held back; what has been changed cannot be undone.
      if (isSafe(request.method)) return written;
      return written.catch((err: unknown) => {
        log.error({ err, traceId: exchange.trace.traceId }, "an audit event was lost");
      });
    },
  };
}

function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function eventOf(exchange: Known, { answer, problem }: Outcome): AuditEvent {
  const { request, principal, route, deadline } = exchange;
  const abandoned = deadline?.signal.reason === CANCELLED;
  return {
    time: new Date(exchange.audit.openedAtMs).toISOString(),
    ...(principal !== undefined && { actor: principal.subject }),
    ...(principal !== undefined &&
      principal.actor !== principal.subject && { principal: principal.actor }),
    operation: route.operation.id,
    verb: request.method,
    path: request.path,
    ...subjectOf(exchange),
    outcome: {
      status: answer.status,
      ...(problem !== undefined && { code: problem.code }),
      ...(abandoned && { abandoned: true as const }),
    },
    sourceAddress: request.caller.address,
    traceId: exchange.trace.traceId,
  };
}

/** What was made, else what was addressed. */
function subjectOf({ reply, target }: Known): Pick<AuditEvent, "tenancy" | "resource"> {
  const subject = reply?.audited ?? target;
  if (subject === undefined) return {};
  return { tenancy: subject.tenancy, resource: { type: subject.type, id: subject.id } };
}
