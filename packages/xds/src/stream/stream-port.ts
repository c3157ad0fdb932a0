/** What a stream of the protocol needs of its transport. A raw call of the gRPC package fits. */
export interface StreamPort {
  /**
   * Sends a whole frame, which many streams may share.
   *
   * @returns false when the transport is full: write nothing more until it has drained
   */
  write(frame: Buffer): boolean;
}
