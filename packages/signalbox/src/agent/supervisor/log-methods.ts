import type { MessageInitShape } from "@bufbuild/protobuf";
import { GrpcError, STATUS } from "@signalbox/grpc";
import type { DataSchema } from "#gen/common/common_pb.js";
import type { LogsRequest } from "#gen/machine/logs_pb.js";
import type { MachineMethods } from "../machine-methods.ts";
import type { LogRing } from "./log-ring.ts";

/** The namespace of services; all others are those of containers. */
const SYSTEM = "system";
/** A service that clients ask for without the namespace. */
const KUBELET = "kubelet";

/** What is kept of logs, by the id of whose they are. */
export type Logs = () => ReadonlyMap<string, LogRing>;

/** Logs and LogsContainers (node-api §4.2). */
export function logMethods(logs: Logs): MachineMethods {
  return {
    logs: (request, { signal }) => readLog(ringOf(logs, request), request, signal),
    logsContainers: () => ({ messages: [{ ids: [...logs().keys()].sort() }] }),
  };
}

/** @throws GrpcError NOT_FOUND, UNIMPLEMENTED */
function ringOf(logs: Logs, { namespace, id }: LogsRequest): LogRing {
  if (namespace !== SYSTEM && namespace !== "" && id !== KUBELET) {
    const text = `namespace "${namespace}" is one of containers, and this machine runs none`;
    throw new GrpcError(STATUS.UNIMPLEMENTED, text);
  }
  const ring = logs().get(id);
  if (ring === undefined) throw new GrpcError(STATUS.NOT_FOUND, `log "${id}" was not registered`);
  return ring;
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
