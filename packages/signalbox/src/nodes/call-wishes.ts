import { GrpcError, type Metadata, STATUS } from "@signalbox/grpc";
import type { Completion, ReplyOrder } from "@signalbox/grpc-proxy";

/** What a caller asks of a call to many machines, in metadata of its own. */
export interface CallWishes {
  /** `node-order: request`. */
  readonly order: ReplyOrder;
  /** `node-completion: all`, `quorum`, or the number of machines that must answer well. */
  readonly completion: Completion;
  /** `node-envelope: wrap`: replies of methods that know nothing of machines are wrapped. */
  readonly isWrapped: boolean;
}

/** @throws GrpcError INVALID_ARGUMENT for a wish that is not known */
export function readWishes(metadata: Metadata): CallWishes {
  return {
    order: readOrder(metadata.get("node-order")),
    completion: readCompletion(metadata.get("node-completion")),
    isWrapped: readEnvelope(metadata.get("node-envelope")),
  };
}

function readOrder(value: string | undefined): ReplyOrder {
  if (value === undefined || value === "arrival") return "arrival";
  if (value === "request") return "request";
  throw unknown("node-order", value, "arrival or request");
}

function readCompletion(value: string | undefined): Completion {
  if (value === undefined || value === "all") return { type: "all" };
  if (value === "quorum") return { type: "quorum" };
  if (/^[1-9]\d{0,5}$/.test(value)) return { type: "first", count: Number(value) };
  throw unknown("node-completion", value, "all, quorum or a number");
}

function readEnvelope(value: string | undefined): boolean {
  if (value === undefined || value === "metadata") return false;
  if (value === "wrap") return true;
  throw unknown("node-envelope", value, "metadata or wrap");
}

function unknown(name: string, value: string, expected: string): GrpcError {
  return new GrpcError(STATUS.INVALID_ARGUMENT, `${name} is "${value}", not ${expected}`);
}
