import {
  type CallOutcome,
  GrpcError,
  type Metadata,
  type Peer,
  type RawCallListener,
  type RawHandler,
  type RawRoute,
  type RawServerCall,
  type RawService,
  STATUS,
} from "@signalbox/grpc";
import { ROLE_METADATA } from "../node-api/node-role.ts";
import { mayCall, NOT_AUTHORIZED } from "../node-api/rule-table.ts";
import { CallRecord, type CallRecordDeps } from "./call-record.ts";
import { type Caller, callerOf } from "./caller.ts";

/** Headers with which daemons tell each other of calls that they send on. */
const HOP_HEADERS: readonly string[] = ["proxyfrom", ROLE_METADATA];

/** A call that was let through. */
export interface Admission {
  readonly caller: Caller;
  readonly record: CallRecord;
}

/**
 * What stands before every handler of the node API: it finds out who calls, refuses who pretends,
 * and tells of the end of each call.
 */
export class CallGuard {
  readonly #deps: CallRecordDeps;
  readonly #admissions = new WeakMap<RawServerCall, Admission>();

  constructor(deps: CallRecordDeps) {
    this.#deps = deps;
  }

  /** What is known of a call that this has let through. */
  admissionOf(call: RawServerCall): Admission {
    const admission = this.#admissions.get(call);
    if (admission === undefined) throw new Error(`nothing is known of a call of ${call.path}`);
    return admission;
  }

  /** For calls that go elsewhere: what they may do depends on where. */
  route(route: RawRoute): RawRoute {
    return { ...route, handler: (call) => this.#admit(call, route.handler, () => {}) };
  }

  /** For what the daemon answers itself. */
  service(service: RawService): RawService {
    const check = (call: RawServerCall, { caller: { roles }, record }: Admission): void => {
      record.noteOwn();
      if (!mayCall(call.path, roles)) throw notAuthorized();
    };
    const methods = Object.entries(service.methods).map(([name, given]) => {
      const route = typeof given === "function" ? { handler: given } : given;
      const handler: RawHandler = (call) => this.#admit(call, route.handler, check);
      return [name, { ...route, handler }] as const;
    });
    return { ...service, methods: Object.fromEntries(methods) };
  }

  #admit(
    call: RawServerCall,
    handler: RawHandler,
    check: (call: RawServerCall, admission: Admission) => void,
  ): RawCallListener {
    const record = new CallRecord(this.#deps, call);
    try {
      if (!this.#deps.audit.accepting) throw unaudited();
      this.#refuseExpired(call.peer);
      const caller = callerOf(call.peer, call.metadata);
      record.noteCaller(caller);
      refuseForged(caller, call.metadata);
      const admission = { caller, record };
      this.#admissions.set(call, admission);
      check(call, admission);
      return new RecordedCall(handler(call), record);
    } catch (error) {
      const { status } = GrpcError.from(error);
      record.end({ end: "failed", status });
      throw error;
    }
  }

  /** Connections outlive the certificates with which they were made. */
  #refuseExpired({ certificate }: Peer): void {
    const expiresAt = certificate?.x509.validToDate.getTime() ?? 0;
    if (this.#deps.clock.now() < expiresAt) return;
    throw new GrpcError(STATUS.UNAUTHENTICATED, "the client certificate has expired");
  }
}

/** Hands everything on, and tells of the end. */
class RecordedCall implements RawCallListener {
  readonly #listener: RawCallListener;
  readonly #record: CallRecord;

  constructor(listener: RawCallListener, record: CallRecord) {
    this.#listener = listener;
    this.#record = record;
  }

  onMessage(message: Buffer): void {
    this.#listener.onMessage(message);
  }

  onHalfClose(): void {
    this.#listener.onHalfClose();
  }

  onDrain(): void {
    this.#listener.onDrain();
  }

  onClose(outcome: CallOutcome): void {
    try {
      this.#listener.onClose(outcome);
    } finally {
      this.#record.end(outcome);
    }
  }
}

/** Only who may speak for others is believed that it does (node-api §2.2). */
function refuseForged({ isImpersonator }: Caller, metadata: Metadata): void {
  if (isImpersonator) return;
  const forged = HOP_HEADERS.find((name) => metadata.get(name) !== undefined);
  if (forged === undefined) return;
  const text = `the header ${forged} is not the caller's to set`;
  throw new GrpcError(STATUS.PERMISSION_DENIED, text);
}

function notAuthorized(): GrpcError {
  return new GrpcError(STATUS.PERMISSION_DENIED, NOT_AUTHORIZED);
}

function unaudited(): GrpcError {
  return new GrpcError(STATUS.UNAVAILABLE, "the audit log cannot be written");
}
