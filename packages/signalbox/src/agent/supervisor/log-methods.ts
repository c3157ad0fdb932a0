import type { MessageInitShape } from "@bufbuild/protobuf";
import { GrpcError, STATUS } from "@signalbox/grpc";
import type { DataSchema } from "#gen/common/common_pb.js";
import type { LogsRequest } from "#gen/machine/logs_pb.js";
import type { MachineMethods } from "../machine-methods.ts";
import { OWN_LOG_ID } from "../own-log.ts";
import { untilEither } from "../until-either.ts";
import type { LogRing } from "./log-ring.ts";
import type { Supervisor } from "./supervisor.ts";

/** The namespace of services; all others are those of containers. */
const SYSTEM = "system";
/** A service that clients ask for without the namespace. */
const KUBELET = "kubelet";

export interface LogMethodsDeps {
  readonly supervisor: Supervisor;
  /** What the agent itself has written. */
  readonly ownOutput: LogRing | undefined;
  /** Aborts when the agent stops. */
  readonly stopping: AbortSignal;
}

/** Logs and LogsContainers: what services and the agent have written (node-api §4.2). */
export function logMethods(deps: LogMethodsDeps): MachineMethods {
  return {
    logs: (request, context) => {
      const ring = ringOf(deps, request);
      return untilEither(context.signal, deps.stopping, (signal) => readLog(ring, request, signal));
    },
    logsContainers: () => {
      const own = deps.ownOutput === undefined ? [] : [OWN_LOG_ID];
      const ids = [...own, ...deps.supervisor.services.map(({ spec }) => spec.id)];
      return { messages: [{ ids: ids.sort() }] };
    },
  };
}

/** @throws GrpcError NOT_FOUND, UNIMPLEMENTED */
function ringOf(
  { supervisor, ownOutput }: LogMethodsDeps,
  { namespace, id }: LogsRequest,
): LogRing {
  if (namespace !== SYSTEM && namespace !== "" && id !== KUBELET) {
    const text = `namespace "${namespace}" is one of containers, and this machine runs none`;
    throw new GrpcError(STATUS.UNIMPLEMENTED, text);
  }
  if (id === OWN_LOG_ID && ownOutput !== undefined) return ownOutput;
  return supervisor.service(id).output;
}

async function* readLog(
  ring: LogRing,
  { tailLines, follow }: LogsRequest,
  signal: AbortSignal,
): AsyncGenerator<MessageInitShape<typeof DataSchema>, void, undefined> {
  // Who does not follow gets what is there now, however much is written meanwhile.
  const end = follow ? Number.POSITIVE_INFINITY : ring.end;
  let position = ring.tailStart(tailLines);
  while (position < end) {
    const piece = ring.read(position);
    if (piece !== undefined) {
      const beyond = Math.max(0, piece.next - end);
      yield { bytes: piece.bytes.subarray(0, piece.bytes.length - beyond) };
      position = piece.next;
      continue;
    }
    await ring.reached(position, signal);
    if (signal.aborted) return;
  }
}
