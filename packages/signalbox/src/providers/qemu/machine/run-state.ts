import type { QmpEvent } from "../qmp/qmp-message.ts";

/** What QEMU does with the guest, as far as it matters here. */
export type RunState =
  | "running"
  /** Paused: the host's disk is full. */
  | "disk_full"
  /** The disk's inner tables are damaged; what the guest asks of it fails. */
  | "disk_corrupt"
  /** Paused for good: the acceleration failed inside. */
  | "broken"
  | "paused";

/** Reads the answer to `query-status`; anything unknown counts as running. */
export function parseRunState(answer: unknown): RunState {
  const status = (answer as { readonly status?: unknown } | null | undefined)?.status;
  switch (status) {
    case "io-error":
      return "disk_full";
    case "internal-error":
      return "broken";
    case "paused":
      return "paused";
    default:
      return "running";
  }
}

/** The state after an event. `STOP` comes after the event that says why. */
export function runStateAfter(state: RunState, { name, data }: QmpEvent): RunState {
  switch (name) {
    case "BLOCK_IO_ERROR":
      return data["action"] === "stop" ? "disk_full" : state;
    case "BLOCK_IMAGE_CORRUPTED":
      return data["fatal"] === true ? "disk_corrupt" : state;
    case "STOP":
      return state === "running" ? "paused" : state;
    case "RESUME":
      return state === "disk_corrupt" ? state : "running";
    case "RESET":
    default:
      return state;
  }
}
