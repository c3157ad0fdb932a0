import type { Static, TObject, TSchema } from "typebox";
import type { Recheck } from "./authenticator.ts";
import type { Permission, Principal, Tenancy } from "./permission.ts";

/** What an operation is called with. `HEAD` goes to the operation of `GET`, and `OPTIONS` is the pipeline's own. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One declared answer of an operation. */
export interface ResponseSpec {
  readonly description: string;
  /** Absent: the body is empty. */
  readonly schema?: TSchema;
  /** Default `application/json`. */
  readonly contentType?: string;
}

/** The trace of a request, as W3C trace context names its parts. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  /** To hand on to whatever this request calls. */
  readonly traceparent: string;
}

/** What a handler is given: everything validated, typed, and allowed. */
export interface OperationRequest<Params, Query, Body, Target> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The object that the operation addresses, when it declares one; the permission holds for it. */
  readonly target: Target;
  readonly principal: Principal;
  /** For what goes on after the answer: rejects once the caller's credentials no longer hold. */
  readonly recheck: Recheck;
  readonly trace: TraceContext;
  /** Aborts when the caller goes away, the deadline passes or the daemon stops. */
  readonly signal: AbortSignal;
  /** Values of `If-Match`, without quotes; undefined when the header is absent, `*` as it is. */
  readonly ifMatch: readonly string[] | undefined;
  /** `Last-Event-ID` of a resumed event stream. */
  readonly lastEventId: string | undefined;
  /** Scheme and authority under which the caller reached us. */
  readonly origin: string;
}

/** One server-sent event. */
export interface ServerSentEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data: string;
}

/** What a handler answers. Exactly one of `body`, `items`, `events`, `text`, or none for an empty answer. */
export interface OperationReply {
  readonly status: number;
  readonly body?: unknown;
  /** A list. Each item is asked for when it is sent, so a long one need not be held until it is read. */
  readonly items?: Iterable<unknown>;
  readonly events?: AsyncIterable<ServerSentEvent>;
  readonly text?: { readonly contentType: string; readonly content: string };
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the next page of a list begins; becomes `Link: <…>; rel="next"` (compute-api §4.12). */
  readonly nextCursor?: string | undefined;
  /** Who owns what was made, for the audit record of a create. */
  readonly audited?: { readonly type: string; readonly id: string; readonly tenancy: Tenancy };
}

/** The addressed object with its owner: what access control needs before the handler may see it. */
export interface AddressedObject<Target> {
  readonly object: Target;
  readonly tenancy: Tenancy;
  /** For the audit record. */
  readonly type: string;
  readonly id: string;
}

type StaticOf<S, Absent> = S extends TSchema ? Static<S> : Absent;

/**
 * An operation as data. Its route, its validation, its permission check, its audit record and its
 * part of the OpenAPI document all come from this one declaration.
 */
export interface OperationSpec<
  Services,
  Params extends TObject | undefined = undefined,
  Query extends TObject | undefined = undefined,
  Body extends TSchema | undefined = undefined,
  Target = undefined,
> {
  /** OpenAPI operationId: `createServer`. */
  readonly id: string;
  readonly method: Method;
  /** With OpenAPI placeholders: `/api/v2/servers/{serverID}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /**
   * What the caller must hold. `authenticated`: any valid caller; `open`: nobody is asked who
   * they are. With a `target` it must hold over the target's tenancy.
   */
  readonly permission: Permission | "authenticated" | "open";
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  /**
   * Finds the object that the request addresses, or whose tenancy a create goes into. It runs
   * after validation and before the handler; `undefined` answers 404. The pipeline answers 404
   * too when the caller may not read it (`readPermission`, default: the same endpoint's `read`),
   * and 403 when the caller may read it but lacks `permission`.
   */
  readonly target?: (
    request: {
      readonly params: StaticOf<Params, Record<string, never>>;
      readonly query: StaticOf<Query, Record<string, never>>;
      readonly body: StaticOf<Body, undefined>;
      readonly principal: Principal;
    },
    services: Services,
  ) => AddressedObject<Target> | undefined;
  readonly readPermission?: Permission;
  /** `Cache-Control` of a good answer; default `no-cache`. */
  readonly cacheControl?: string;
  /** Every use is written to the audit log. Default: true for all methods but GET. */
  readonly audited?: boolean;
  /** Honour `Idempotency-Key`: a repeated key replays the stored answer. Default: POST. */
  readonly idempotent?: boolean;
  readonly handler: (
    request: OperationRequest<
      StaticOf<Params, Record<string, never>>,
      StaticOf<Query, Record<string, never>>,
      StaticOf<Body, undefined>,
      Target
    >,
    services: Services,
  ) => OperationReply | Promise<OperationReply>;
}

/** An operation whose own types have been checked and are no longer needed. */
export type Operation<Services> = OperationSpec<
  Services,
  TObject | undefined,
  TObject | undefined,
  TSchema | undefined,
  unknown
>;

/**
 * Declares an operation; the types of its parameters, body and target follow from its schemas.
 */
export function defineOperation<
  Services,
  Params extends TObject | undefined = undefined,
  Query extends TObject | undefined = undefined,
  Body extends TSchema | undefined = undefined,
  Target = undefined,
>(spec: OperationSpec<Services, Params, Query, Body, Target>): Operation<Services> {
  // The pipeline calls target and handler only with what the spec's own schemas accepted.
  return Object.freeze(spec) as unknown as Operation<Services>;
}
