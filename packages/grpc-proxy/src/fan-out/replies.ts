import type { Metadata } from "@signalbox/grpc";
import type { NodeFailure } from "../envelope/node-failure.ts";
import type { HardFailure } from "./hard-failures.ts";
import type { NodeStream } from "./node-stream.ts";

/** What becomes of the nodes' answers: put together into one, or passed on as they come. */
export interface Replies {
  /** Of the nodes that ended well. */
  readonly trailers: Metadata;
  /** Why the whole call is to fail, when all nodes have ended. */
  readonly hardFailures: readonly HardFailure[];
  onHeaders(node: NodeStream, metadata: Metadata): void;
  /** Answers why the node must not go on. */
  onMessage(node: NodeStream, message: Buffer): NodeFailure | undefined;
  onSucceeded(node: NodeStream, trailers: Metadata): void;
  onFailed(node: NodeStream, failure: NodeFailure): void;
  /** The caller has taken what was written. */
  onDrain(): void;
  /** Nothing more comes, and the call ends well: writes what has not been written. */
  flush(): void;
}
