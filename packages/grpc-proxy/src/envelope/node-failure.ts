import { GrpcError, type GrpcStatus, STATUS } from "@signalbox/grpc";
import { codeName } from "./code-name.ts";

/** Why a node did not answer. */
export interface NodeFailure {
  readonly status: GrpcStatus;
  /** For people, with the name of the code in front when there is a status. */
  readonly text: string;
}

/** What a node, or the way to it, ended with. */
export function failureOfStatus(status: GrpcStatus): NodeFailure {
  return { status, text: `rpc error: code = ${codeName(status.code)} desc = ${status.message}` };
}

/** An error without a status of its own: UNKNOWN, with the text as it is (node-api §2.7). */
export function failureOfText(text: string): NodeFailure {
  return { status: { code: STATUS.UNKNOWN, message: text }, text };
}

/** What a backend threw when it was to open a call. Only texts meant for peers get through. */
export function failureOfThrown(error: unknown): NodeFailure {
  return failureOfStatus(GrpcError.from(error).status);
}
