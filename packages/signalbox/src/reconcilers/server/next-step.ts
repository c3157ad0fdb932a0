import type { ConditionReason } from "../../model/condition.ts";
import type { RebootMode, Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import { type CreateRetryStep, nextCreateRetryStep, parkedReason } from "./create-retry.ts";
import { hasExited, isDown, neverBooted } from "./machine-history.ts";
import { nextRebuildStep, type RebuildStep } from "./rebuild.ts";
import { restartDelayMs } from "./restart-backoff.ts";

/** The one thing to do next for a live server whose inputs are all there. */
export type ServerStep =
  /** There is no machine: have it made. `replaces`: there was one, and its disk is lost. */
  | { readonly type: "create"; readonly replaces: boolean }
  /** Converge power, addresses and rules. In the steady state this changes nothing. */
  | { readonly type: "converge" }
  /** The guest shut itself down: from now on the server is wanted stopped. */
  | { readonly type: "acceptShutdown" }
  /** The machine died: start it again and count that. */
  | { readonly type: "restart" }
  | { readonly type: "reboot"; readonly id: string; readonly mode: RebootMode }
  /** Remove the machine, which never ran, so that the next look makes it anew. */
  | { readonly type: "discard"; readonly failures: "counted" | "uncounted" | "reset" }
  | { readonly type: "rebuild"; readonly step: Exclude<RebuildStep, { type: "none" }> }
  /** Nothing can be done now; look again then, or when something happens. */
  | { readonly type: "wait"; readonly afterMs: number }
  /** Nothing can be done until somebody acts. */
  | { readonly type: "park"; readonly reason: ConditionReason };

export interface NextStepOptions {
  /** Machines that may fail to be made before the server is parked. */
  readonly createAttempts: number;
}

/** How often something that is under way is looked at when nothing else calls (compute-api §7.2). */
export const POLL_MS = 10_000;

/**
 * What a server needs next, given what is stored and a fresh look at its machine.
 *
 * @param machine undefined when the provider has none of this incarnation
 */
export function nextStep(
  server: Server,
  machine: MachineState | undefined,
  nowMs: number,
  options: NextStepOptions,
): ServerStep {
  if (machine === undefined) return withoutMachine(server);
  if (neverBooted(server, machine)) return beforeFirstBoot(server, machine, nowMs, options);
  const step = nextRebuildStep(server, machine, nowMs);
  const isAtRest = step.type === "none" || isUsableThough(step, machine);
  return isAtRest ? withMachine(server, machine, nowMs) : { type: "rebuild", step };
}

/** The rebuild was given up, but the machine can still be started and stopped, on its old disk. */
function isUsableThough(step: RebuildStep, machine: MachineState): boolean {
  return step.type === "park" && machine.power !== "failed";
}

function withoutMachine(server: Server): ServerStep {
  const reason = parkedReason(server);
  if (reason !== undefined) return { type: "park", reason };
  return { type: "create", replaces: server.status.provisionedAt !== undefined };
}

/** Until the first boot the image is a parameter of the creation (compute-api §3.9). */
function beforeFirstBoot(
  server: Server,
  machine: MachineState,
  nowMs: number,
  options: NextStepOptions,
): ServerStep {
  const { imageId } = machine;
  if (imageId !== undefined && imageId !== server.spec.imageId) {
    return { type: "discard", failures: "reset" };
  }
  if (machine.power !== "failed" && !hasExited(machine)) return { type: "converge" };
  return fromRetry(nextCreateRetryStep(server, machine.fault, options.createAttempts, nowMs));
}

function fromRetry(step: CreateRetryStep): ServerStep {
  return step.type === "again" ? { type: "discard", failures: step.failures } : step;
}

function withMachine(server: Server, machine: MachineState, nowMs: number): ServerStep {
  if (server.power.desired === "running" && isDown(machine)) {
    return whenDown(server, machine, nowMs);
  }
  const { reboot } = server.power;
  const isPending = reboot !== undefined && reboot.id !== server.status.rebootedId;
  if (isPending && machine.power === "running" && server.power.desired === "running") {
    return { type: "reboot", ...reboot };
  }
  return { type: "converge" };
}

function whenDown(server: Server, machine: MachineState, nowMs: number): ServerStep {
  if (hasExited(machine) || machine.power === "failed") {
    const afterMs = restartDelayMs(server.status.restarts, nowMs);
    return afterMs > 0 ? { type: "wait", afterMs } : { type: "restart" };
  }
  // Seen running, not asked to stop, and off without a fault. A start that is under way has
  // written `Pending` or `Stopped` before, so it is not mistaken for this.
  return server.status.powerState === "Running" && machine.fault === undefined
    ? { type: "acceptShutdown" }
    : { type: "converge" };
}
