import type {
  AddressedObject,
  Method,
  Operation,
  OperationReply,
  OperationRequest,
  ResponseSpec,
} from "../operation.ts";
import type { Permission, Principal } from "../permission.ts";
import { isIdempotent, pipelineStatuses } from "./pipeline-statuses.ts";
import { type BodyReader, createBodyReader } from "../validation/body-reader.ts";
import { createParamsReader, type ParamsReader } from "../validation/params-reader.ts";
import { createQueryReader, type QueryReader } from "../validation/query-reader.ts";
import type { SchemaCompiler } from "../validation/schema-compiler.ts";

type AnyRecord = Readonly<Record<string, unknown>>;

/** The request as far as the target row has it. */
export interface TargetRequest {
  readonly params: AnyRecord;
  readonly query: AnyRecord;
  readonly body: unknown;
  readonly principal: Principal;
}

/** An operation made ready at start-up: validators compiled, services bound, defaults resolved. */
export interface MountedOperation {
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  readonly permission: Permission | "authenticated" | "open";
  /** What shows that the caller may know of the target at all. */
  readonly readPermission: Permission | undefined;
  readonly params: ParamsReader;
  readonly query: QueryReader;
  readonly body: BodyReader | undefined;
  readonly findTarget:
    | ((request: TargetRequest) => AddressedObject<unknown> | undefined)
    | undefined;
  readonly handle: (
    request: OperationRequest<AnyRecord, AnyRecord, unknown, unknown>,
  ) => OperationReply | Promise<OperationReply>;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  /** What the pipeline may answer in the operation's stead. */
  readonly pipelineStatuses: ReadonlySet<number>;
  readonly cacheControl: string;
  readonly idempotent: boolean;
  /** Every use goes into the audit log. */
  readonly audited: boolean;
}

export function mountOperation<Services>(
  operation: Operation<Services>,
  services: Services,
  compiler: SchemaCompiler,
): MountedOperation {
  const { target, handler } = operation;
  return Object.freeze({
    id: operation.id,
    method: operation.method,
    path: operation.path,
    permission: operation.permission,
    readPermission: operation.readPermission ?? defaultReadPermission(operation.permission),
    params: createParamsReader(operation.path, operation.params, compiler),
    query: createQueryReader(operation.query, compiler),
    body: operation.body && createBodyReader(operation.body, compiler),
    findTarget: target && ((request: TargetRequest) => target(request as never, services)),
    handle: (request: OperationRequest<AnyRecord, AnyRecord, unknown, unknown>) =>
      handler(request as never, services),
    responses: operation.responses,
    pipelineStatuses: pipelineStatuses(operation),
    cacheControl: operation.cacheControl ?? "no-cache",
    idempotent: isIdempotent(operation),
    audited: operation.audited ?? operation.method !== "GET",
  });
}

function defaultReadPermission(
  permission: Permission | "authenticated" | "open",
): Permission | undefined {
  if (typeof permission === "string") return undefined;
  return { ...permission, verb: "read" };
}
