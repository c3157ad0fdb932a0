import {
  MachineStatusEvent_MachineStage as Stage,
  MachineStatusEventSchema,
} from "#gen/machine/events_pb.js";
import type { EventSink } from "../events/event-log.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { SupervisedService } from "../supervisor/supervised-service.ts";

/**
 * Tells how far the machine is, each time that changes: booting, running, and whether it is ready,
 * which it is when each service that starts with it is up (node-api §4.2, MachineStatusEvent).
 */
export class MachineStatus {
  readonly #events: EventSink;
  readonly #supervisor: Supervisor;
  readonly #configFault: string | undefined;
  #stage: Stage = Stage.UNKNOWN;
  #told = "";

  /** @param configFault why the machine has not the services that it should have */
  constructor(events: EventSink, supervisor: Supervisor, configFault: string | undefined) {
    this.#events = events;
    this.#configFault = configFault;
    this.#supervisor = supervisor;
  }

  enter(stage: Stage): void {
    this.#stage = stage;
    this.update();
  }

  /** Looks at the services again. */
  update(): void {
    const isRunning = this.#stage === Stage.RUNNING;
    const reasons = isRunning ? this.#supervisor.services.map(whyNotReady).filter(Boolean) : [];
    const telling = JSON.stringify([this.#stage, reasons]);
    if (telling === this.#told) return;
    this.#told = telling;
    const unmet = reasons.length === 0 ? [] : [{ name: "services", reason: reasons.join("; ") }];
    if (isRunning && this.#configFault !== undefined) {
      unmet.unshift({ name: "config", reason: this.#configFault });
    }
    this.#events.publish(MachineStatusEventSchema, {
      stage: this.#stage,
      status: { ready: isRunning && unmet.length === 0, unmet },
    });
  }
}

function whyNotReady({ spec, isUp, isStarted, record }: SupervisedService): string {
  const { state, health } = record;
  if (!spec.autostart || isUp) return "";
  // One that somebody has stopped is as it should be.
  if (state === "Finished" || (state === "Initialized" && !isStarted)) return "";
  if (state !== "Running") return `${spec.id} is ${state}`;
  return `${spec.id} is not healthy: ${health.isUnknown ? "not checked yet" : health.message}`;
}
