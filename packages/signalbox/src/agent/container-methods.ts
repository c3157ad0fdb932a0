import { GrpcError, STATUS } from "@signalbox/grpc";
import type { MachineMethods } from "./machine-methods.ts";

/** Containers, Stats and Restart: this agent knows of no container runtime (node-api §4.2). */
export function containerMethods(): MachineMethods {
  const refuse = (): never => {
    throw new GrpcError(STATUS.UNIMPLEMENTED, "this machine runs no containers");
  };
  return { containers: refuse, stats: refuse, restart: refuse };
}
