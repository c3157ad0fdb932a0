import { addressKey, type Clock, type Log, type Random } from "@signalbox/base";
import { type AuditEvent, type AuditSink, createRateLimiter } from "@signalbox/http";
import type { AdminCall } from "@signalbox/ops";

/**
 * Of one address, of calls of which nobody knows whose they are. More are not written down, or who
 * has no credentials at all could push out of the log what others did.
 */
const STRANGERS = { perSecond: 1, burst: 20 };
const MAX_ADDRESSES = 10_000;

/** Writes calls of routes that ask for credentials into the daemon's audit log. */
export function auditCalls(
  audit: Pick<AuditSink, "write">,
  { clock, log, random }: { readonly clock: Clock; readonly log: Log; readonly random: Random },
): (call: AdminCall) => void {
  const strangers = createRateLimiter(clock, STRANGERS, MAX_ADDRESSES);
  return (call) => {
    if (call.permission === undefined) return;
    if (call.user === undefined && strangers.take(addressKey(call.sourceAddress)) > 0) return;
    audit.write(eventOf(call, random)).catch((err: unknown) => {
      log.error({ err, path: call.path }, "a call of the admin API is not in the audit log");
    });
  };
}

function eventOf(call: AdminCall, random: Random): AuditEvent {
  const { atMs, method, path, permission = "", sourceAddress, status, user } = call;
  return {
    time: new Date(atMs).toISOString(),
    ...(user !== undefined && { actor: user }),
    operation: permission,
    verb: method,
    path,
    outcome: { status },
    sourceAddress,
    traceId: random.bytes(16).toString("hex"),
  };
}
