import type { GrpcStatus } from "@signalbox/grpc";

/** What a stream of the protocol needs of its transport. A raw call of the gRPC package fits. */
export interface StreamPort {
  /** Bytes that were written and have not been taken by the connection. */
  readonly bufferedBytes: number;
  /**
   * Sends a whole frame, which many streams may share.
   *
   * @returns false when the transport is full: write nothing more until it has drained
   */
  write(frame: Buffer): boolean;
  pause(): void;
  resume(): void;
  end(status: GrpcStatus): void;
}
