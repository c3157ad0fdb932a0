/** How long a simulated machine takes over each step, in milliseconds. */
export interface SimulatedDelays {
  /** Waiting for its turn; default 0. */
  readonly queueMs: number;
  /** Making the disk; default 200. */
  readonly buildMs: number;
  /** Power on to login prompt; default 800. */
  readonly bootMs: number;
  /** Shutting down; default 300. */
  readonly stopMs: number;
  /** Replacing the disk; default 500. */
  readonly rebuildMs: number;
  /** Copying a disk into an image; default 500. */
  readonly snapshotMs: number;
  /** Fetching an image; default 500. */
  readonly importMs: number;
}

export const DEFAULT_DELAYS: SimulatedDelays = Object.freeze({
  queueMs: 0,
  buildMs: 200,
  bootMs: 800,
  stopMs: 300,
  rebuildMs: 500,
  snapshotMs: 500,
  importMs: 500,
});
