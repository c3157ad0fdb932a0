import { addressKey } from "@signalbox/base";
import type { Peer } from "@signalbox/grpc";
import { createRateLimiter } from "@signalbox/http";
import { clientCertificateFault } from "../node-api/client-certificate-rule.ts";
import type { CallRecordDeps } from "./call-record.ts";
import type { NodeAuditEvent } from "./node-audit-event.ts";
import { MAX_VALUE, shortened } from "./shortened.ts";
import { newTraceId } from "./trace-id.ts";

/** Of one address. More are counted, and not audited: a flood is to cost nothing. */
const AUDITED = { perSecond: 1, burst: 20 };
const MAX_ADDRESSES = 10_000;

/**
 * Lets connections in whose certificate is for clients and signed by the authority; the others are
 * closed, counted and audited.
 */
export function connectionGuard(deps: CallRecordDeps): (peer: Peer) => Error | undefined {
  const limiter = createRateLimiter(deps.clock, AUDITED, MAX_ADDRESSES);
  return (peer) => {
    const fault = clientCertificateFault(peer);
    if (fault === undefined) return undefined;
    deps.metrics.turnedAway();
    if (limiter.take(addressKey(peer.address)) === 0) audit(peer, fault, deps);
    return fault;
  };
}

function audit(peer: Peer, fault: Error, { audit, clock, random, log }: CallRecordDeps): void {
  const { fingerprint256 } = peer.certificate ?? {};
  const written = audit.write({
    time: new Date(clock.now()).toISOString(),
    ...whoItIs(peer),
    operation: "connect",
    verb: "CONNECT",
    path: "/",
    nodes: [],
    outcome: { status: 401, code: "UNAUTHENTICATED", reason: fault.message },
    sourceAddress: peer.address,
    traceId: newTraceId(random),
    ...(fingerprint256 === undefined ? {} : { certificate: fingerprint256 }),
  });
  written.catch((error: unknown) => log.error({ err: error }, "a refusal is not audited"));
}

/** What nobody vouches for is no actor: anybody can make a certificate of any name. */
function whoItIs({
  isAuthorized,
  certificate,
}: Peer): Pick<NodeAuditEvent, "actor" | "roles" | "claimedName"> {
  const { commonName, organizations = [] } = certificate ?? {};
  if (commonName === undefined) return { roles: isAuthorized ? organizations : [] };
  if (isAuthorized) return { actor: commonName, roles: organizations };
  return { claimedName: shortened(commonName, MAX_VALUE), roles: [] };
}
