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
  #stage: Stage = Stage.UNKNOWN;
  #told = "";

  constructor(events: EventSink, supervisor: Supervisor) {
    this.#events = events;
    this.#supervisor = supervisor;
  }

  enter(stage: Stage): void {
    this.#stage = stage;
    this.update();
  }

  /** Looks at the services again. */
  update(): void {
    const reasons = this.#supervisor.services.map(whyNotReady).filter((text) => text !== "");
    const unmet = reasons.length === 0 ? [] : [{ name: "services", reason: reasons.join("; ") }];
    const ready = this.#stage === Stage.RUNNING && unmet.length === 0;
    const telling = JSON.stringify([this.#stage, ready, reasons]);
    if (telling === this.#told) return;
    this.#told = telling;
    this.#events.publish(MachineStatusEventSchema, {
      stage: this.#stage,
      status: { ready, unmet: this.#stage === Stage.RUNNING ? unmet : [] },
    });
  }
}

function whyNotReady({ spec, isUp, isStarted, record }: SupervisedService): string {
  const { state, health } = record;
  // One that somebody has stopped, or that nobody has started, is as it should be.
  const isWanted = isStarted || state === "Failed";
  if (!spec.autostart || isUp || !isWanted) return "";
  return state === "Running"
    ? `${spec.id} is not healthy: ${health.message}`
    : `${spec.id} is ${state}`;
}
