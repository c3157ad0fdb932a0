import type { Clock } from "@signalbox/base";
import { endText, ProcessGroup, type ProcessGroupOptions } from "./process-group.ts";
import type { HealthCheckSpec } from "./service-spec.ts";

/** How much of what a check says is shown. */
const MAX_MESSAGE = 256;
/** A check that has to be told gets no time. */
const KILL_AT_ONCE_MS = 0;

export interface HealthFinding {
  readonly isHealthy: boolean;
  /** Empty when it is healthy. */
  readonly message: string;
}

/** The place that a check runs in: that of its service. */
export type HealthCheckPlace = Pick<ProcessGroupOptions, "environment" | "directory"> & {
  readonly clock: Clock;
};

/** Runs one check; a check that takes too long, or cannot be started, finds the service ill. */
export async function checkHealth(
  { command, timeoutMs }: HealthCheckSpec,
  place: HealthCheckPlace,
  signal: AbortSignal,
): Promise<HealthFinding> {
  let last = "";
  const onOutput = (lines: Buffer): void => {
    last = lines.toString().trimEnd().split("\n").at(-1) ?? "";
  };
  try {
    const group = await ProcessGroup.start({ ...place, command, onOutput });
    let isLate = false;
    const kill = (): void => void group.stop(KILL_AT_ONCE_MS);
    const cancel = place.clock.after(timeoutMs, () => {
      isLate = true;
      kill();
    });
    if (signal.aborted) kill();
    signal.addEventListener("abort", kill, { once: true });
    const end = await group.ended;
    cancel();
    signal.removeEventListener("abort", kill);
    if (isLate) return ill(`no answer within ${timeoutMs / 1000} s`);
    if (end.kind === "status" && end.status === 0) return { isHealthy: true, message: "" };
    return ill(last === "" ? endText(end) : last);
  } catch (error) {
    return ill(error instanceof Error ? error.message : String(error));
  }
}

function ill(message: string): HealthFinding {
  return { isHealthy: false, message: message.slice(0, MAX_MESSAGE) };
}
