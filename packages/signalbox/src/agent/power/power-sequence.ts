import type { Clock, Log, Random } from "@signalbox/base";
import { GrpcError, STATUS } from "@signalbox/grpc";
import { Code } from "#gen/common/common_pb.js";
import {
  MachineStatusEvent_MachineStage as Stage,
  PhaseEvent_Action,
  PhaseEventSchema,
  RestartEventSchema,
  SequenceEvent_Action,
  SequenceEventSchema,
  TaskEvent_Action,
  TaskEventSchema,
} from "#gen/machine/events_pb.js";
import type { EventSink } from "../events/event-log.ts";
import type { SupervisedService } from "../supervisor/supervised-service.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { MachineStatus } from "./machine-status.ts";
import type { PowerSwitch } from "./power-switch.ts";

/** What shall become of the machine. */
export type PowerOrder =
  | { readonly kind: "reboot"; readonly isForced: boolean }
  | { readonly kind: "shutdown" };

/** An order that was taken; nothing has happened yet. */
export interface AcceptedOrder {
  /** What all events of it carry. */
  readonly actorId: string;
  /** Carries it out; resolves when the machine goes down, or does not. Never throws. */
  readonly begin: () => Promise<void>;
}

interface FailedOrder {
  readonly kind: PowerOrder["kind"];
  readonly actorId: string;
  /** What ran before. */
  readonly running: readonly SupervisedService[];
}

export interface PowerSequenceDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly events: EventSink;
  readonly supervisor: Supervisor;
  readonly status: MachineStatus;
  readonly power: PowerSwitch;
  /** Whether the agent was told that this machine is its own to turn off. */
  readonly isAllowed: boolean;
  /** Aborts when the agent stops, as it does when the machine goes down. */
  readonly signal: AbortSignal;
}

/** A machine that was told to go down and is up after this stays up. */
const GOING_DOWN_MS = 120_000;

/** The kernel's numbers for what it is asked (linux/reboot.h); clients show them. */
const KERNEL_COMMAND = { reboot: 0x01234567n, shutdown: 0x4321fedcn } as const;

const VERB = { reboot: "reboot", shutdown: "shut down" } as const;

const STAGE = { reboot: Stage.REBOOTING, shutdown: Stage.SHUTTING_DOWN } as const;

/**
 * Takes the machine down, one order at a time: stops the services, then the machine. Events say
 * how far it is (node-api §4.3, reboot --wait).
 */
export class PowerSequence {
  readonly #deps: PowerSequenceDeps;
  #running: PowerOrder["kind"] | undefined;

  constructor(deps: PowerSequenceDeps) {
    this.#deps = deps;
  }

  /** @throws GrpcError FAILED_PRECONDITION when it may not be, or is under way */
  accept(order: PowerOrder): AcceptedOrder {
    if (!this.#deps.isAllowed) {
      const text = `this agent may not ${VERB[order.kind]} its machine: start it with --allow-power`;
      throw new GrpcError(STATUS.FAILED_PRECONDITION, text);
    }
    if (this.#running !== undefined) {
      throw new GrpcError(STATUS.FAILED_PRECONDITION, `a ${this.#running} is under way`);
    }
    this.#running = order.kind;
    const actorId = this.#deps.random.uuid();
    return { actorId, begin: () => this.#run(order, actorId) };
  }

  async #run(order: PowerOrder, actorId: string): Promise<void> {
    const { log, status, supervisor } = this.#deps;
    const { kind } = order;
    const running = supervisor.services.filter(({ isStarted }) => isStarted);
    log.warn({ actorId, order }, `the machine is told to ${VERB[kind]}`);
    status.enter(STAGE[kind]);
    this.#sequence(kind, SequenceEvent_Action.START, actorId);
    try {
      const isForced = kind === "reboot" && order.isForced;
      if (!isForced) await this.#stopServices(actorId);
      await this.#goDown(order, actorId);
    } catch (error) {
      if (!this.#deps.signal.aborted) await this.#stayUp({ kind, actorId, running }, error);
    }
    this.#running = undefined;
  }

  async #stopServices(actorId: string): Promise<void> {
    const { supervisor } = this.#deps;
    await this.#phase("stopServices", "stopAllServices", actorId, () => supervisor.stopAll());
  }

  async #goDown(order: PowerOrder, actorId: string): Promise<void> {
    const { clock, events, power, signal } = this.#deps;
    const { kind } = order;
    await this.#phase(kind, kind, actorId, async () => {
      events.publish(RestartEventSchema, { cmd: KERNEL_COMMAND[kind] }, actorId);
      await (order.kind === "reboot" ? power.reboot(order.isForced) : power.powerOff());
      // What is told to end this process is on its way.
      await clock.sleep(GOING_DOWN_MS, { signal });
      throw new Error(`the machine is still up ${GOING_DOWN_MS / 1000} s after it was told`);
    });
  }

  /** The machine is of use again, and whoever watches is told why it is not down. */
  async #stayUp(failed: FailedOrder, error: unknown): Promise<void> {
    const { log, events, status, supervisor } = this.#deps;
    const { kind, actorId, running } = failed;
    log.error({ err: error, actorId }, `the ${kind} failed`);
    const message = error instanceof Error ? error.message : String(error);
    events.publish(
      SequenceEventSchema,
      { sequence: kind, action: SequenceEvent_Action.STOP, error: { code: Code.FATAL, message } },
      actorId,
    );
    await Promise.all(running.map(({ spec }) => supervisor.start(spec.id)));
    status.enter(Stage.RUNNING);
  }

  async #phase(
    name: string,
    task: string,
    actorId: string,
    work: () => Promise<void>,
  ): Promise<void> {
    const { events } = this.#deps;
    events.publish(PhaseEventSchema, { name, action: PhaseEvent_Action.START }, actorId);
    events.publish(TaskEventSchema, { name: task, action: TaskEvent_Action.START }, actorId);
    await work();
    events.publish(TaskEventSchema, { name: task, action: TaskEvent_Action.STOP }, actorId);
    events.publish(PhaseEventSchema, { name, action: PhaseEvent_Action.STOP }, actorId);
  }

  #sequence(sequence: string, action: SequenceEvent_Action, actorId: string): void {
    this.#deps.events.publish(SequenceEventSchema, { sequence, action }, actorId);
  }
}
