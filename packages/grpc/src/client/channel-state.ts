import type { GrpcStatus } from "../grpc-status.ts";
import type { Attempt } from "./attempt.ts";
import type { Connection } from "./connection.ts";

/** What a channel is doing (node-api §2.4). */
export type ChannelState = "IDLE" | "CONNECTING" | "READY" | "TRANSIENT_FAILURE" | "SHUTDOWN";

/** The same with what each state holds; `leave` lets go of it. */
export type StateRecord =
  /** No connection, and none wanted: the next call asks for one. */
  | { readonly name: "IDLE"; readonly leave: () => void }
  /** An attempt runs; calls wait for it. */
  | { readonly name: "CONNECTING"; readonly attempt: Attempt; readonly leave: () => void }
  | { readonly name: "READY"; readonly connection: Connection; readonly leave: () => void }
  /** The last attempt failed, and the next one is due later: calls fail at once. */
  | { readonly name: "TRANSIENT_FAILURE"; readonly error: GrpcStatus; readonly leave: () => void }
  /** For good. */
  | { readonly name: "SHUTDOWN"; readonly leave: () => void };
