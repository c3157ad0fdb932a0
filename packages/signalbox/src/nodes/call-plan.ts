import type { GrpcError } from "@signalbox/grpc";
import type { CallWishes } from "./call-wishes.ts";

/** What a call comes to, decided before anything is dialled. */
export interface CallPlan {
  readonly mode: "one-to-one" | "one-to-many";
  /** With which the call goes on: the caller's, sorted. */
  readonly roles: readonly string[];
  /** One to one: exactly one. */
  readonly targets: readonly PlannedTarget[];
  readonly wishes: CallWishes;
}

export interface PlannedTarget {
  /** How replies name the machine. */
  readonly name: string;
  /** Undefined for what is no enrolled machine. */
  readonly serverId: string | undefined;
  readonly agent: AgentPlace | GrpcError;
}

/** Where the agent of a machine is. */
export interface AgentPlace {
  /** `host:port` */
  readonly agentAddress: string;
  /** The name, or the address, that the machine's certificate must hold. */
  readonly identity: string;
}
