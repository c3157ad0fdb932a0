import type { Clock, Log, Random } from "@signalbox/base";
import {
  type CallOutcome,
  type GrpcStatus,
  type RawServerCall,
  type StatusCode,
  statusName,
} from "@signalbox/grpc";
import type { NodeOutcome } from "@signalbox/grpc-proxy";
import { accessLine } from "./access-line.ts";
import type { CallPlan } from "./call-plan.ts";
import type { Caller } from "./caller.ts";
import type { CallMode, NodeApiMetrics } from "./node-api-metrics.ts";
import { httpStatusOf, type NodeAuditOutcome, type NodeAuditSink } from "./node-audit-event.ts";
import { MAX_TEXT, MAX_VALUE, shortened } from "./shortened.ts";
import { traceIdOf } from "./trace-id.ts";

export interface CallRecordDeps {
  readonly audit: NodeAuditSink;
  /** Takes a line at once, or drops it. */
  readonly writeAccessLine: (line: string) => void;
  readonly metrics: NodeApiMetrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What is remembered of one call until its end is told: to the audit, the access log, the metrics. */
export class CallRecord {
  readonly #deps: CallRecordDeps;
  readonly #call: RawServerCall;
  readonly #startedAt: string;
  readonly #startedMs: number;
  #caller: Caller | undefined;
  #plan: CallPlan | undefined;
  #mode: CallMode = "refused";
  #outcomes: readonly NodeOutcome[] | undefined;
  #isEnded = false;

  constructor(deps: CallRecordDeps, call: RawServerCall) {
    this.#deps = deps;
    this.#call = call;
    this.#startedAt = new Date(deps.clock.now()).toISOString();
    this.#startedMs = deps.clock.monotonic();
  }

  /** It is known who calls. */
  noteCaller(caller: Caller): void {
    this.#caller = caller;
  }

  /** The daemon answers it itself. */
  noteOwn(): void {
    this.#mode = "own";
  }

  /** It is known where the call goes. */
  notePlan(plan: CallPlan): void {
    this.#plan = plan;
    this.#mode = plan.mode;
  }

  /** It is known how it went on each machine, in the order of the plan. */
  nodesEnded(outcomes: readonly NodeOutcome[]): void {
    this.#outcomes = outcomes;
    for (const { code } of outcomes) this.#deps.metrics.nodeEnded(code);
  }

  /** The call is over. Counts once. */
  end({ end, status }: CallOutcome): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const { clock, metrics } = this.#deps;
    const durationMs = clock.monotonic() - this.#startedMs;
    metrics.callEnded(this.#mode, status.code, durationMs);
    this.#writeAccessLine(status, durationMs);
    this.#audit(status, end === "cancelled" || end === "disconnected");
  }

  #writeAccessLine(status: GrpcStatus, durationMs: number): void {
    const { path, metadata, peer } = this.#call;
    const line = accessLine({
      ...{ path, status, durationMs, metadata },
      peer: peer.toString(),
      caller: this.#caller?.name,
      roles: this.#caller?.roles.names ?? [],
      nodes: this.#plan?.targets.length ?? 0,
    });
    this.#deps.writeAccessLine(line);
  }

  #audit({ code, message }: GrpcStatus, isAbandoned: boolean): void {
    const { audit, random, log } = this.#deps;
    const { path, peer, metadata } = this.#call;
    const caller = this.#caller;
    const certificate = peer.certificate?.fingerprint256;
    const [tenancy, ...others] = caller?.scopes ?? [];
    const written = audit.write({
      time: this.#startedAt,
      ...(caller === undefined ? {} : { actor: caller.name }),
      ...(tenancy === undefined || others.length > 0 ? {} : { tenancy }),
      roles: caller?.roles.names ?? [],
      operation: shortened(path.slice(1), MAX_VALUE),
      verb: "POST",
      path: shortened(path, MAX_VALUE),
      nodes: this.#nodeOutcomes(code),
      outcome: {
        status: httpStatusOf(code),
        code: statusName(code),
        ...(message === "" ? {} : { reason: shortened(message, MAX_TEXT) }),
        ...(isAbandoned ? { abandoned: true as const } : {}),
      },
      sourceAddress: peer.address,
      traceId: traceIdOf(metadata, random),
      ...(certificate === undefined ? {} : { certificate }),
    });
    written.catch((error: unknown) => log.error({ err: error, path }, "a call is not audited"));
  }

  #nodeOutcomes(code: StatusCode): readonly NodeAuditOutcome[] {
    if (this.#plan === undefined) return this.#namedNodes(code);
    return this.#plan.targets.map(({ name, serverId }, index) => ({
      name: shortened(name, MAX_VALUE),
      ...(serverId === undefined ? {} : { serverId }),
      code: statusName(this.#outcomes?.[index]?.code ?? code),
    }));
  }

  /** Of a call that came to nothing: the machines that it was meant for. */
  #namedNodes(code: StatusCode): readonly NodeAuditOutcome[] {
    const { metadata } = this.#call;
    const nodes = metadata.getAll("nodes");
    const names = nodes.length > 0 ? nodes : metadata.getAll("node");
    return names.map((name) => ({ name: shortened(name, MAX_VALUE), code: statusName(code) }));
  }
}
