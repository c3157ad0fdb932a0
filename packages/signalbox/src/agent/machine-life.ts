import { createXidSource } from "../node-api/xid.ts";
import {
  ConfigLoadErrorEventSchema,
  ConfigValidationErrorEventSchema,
  ServiceStateEventSchema,
  MachineStatusEvent_MachineStage as Stage,
} from "#gen/machine/events_pb.js";
import type { AgentDeps } from "./agent-deps.ts";
import type { AgentConfig, ConfigFault } from "./config/agent-config.ts";
import { watchAddresses } from "./events/address-watch.ts";
import { EventLog } from "./events/event-log.ts";
import { machineAddresses } from "./events/machine-addresses.ts";
import { MachineStatus } from "./power/machine-status.ts";
import { PowerSequence } from "./power/power-sequence.ts";
import { commandPowerSwitch, type PowerSwitch } from "./power/power-switch.ts";
import { endLeftovers, OWNER_VARIABLE } from "./supervisor/end-leftovers.ts";
import { serviceStateEvent } from "./supervisor/service-messages.ts";
import type { LogRing } from "./supervisor/log-ring.ts";
import { Supervisor } from "./supervisor/supervisor.ts";

export interface MachineLifeOptions {
  /** @default no services */
  readonly config?: AgentConfig;
  /** Whether callers may turn this machine off and on. @default false */
  readonly allowsPower?: boolean;
  /** The agent's own log, told as that of `agent`. @default none */
  readonly ownOutput?: LogRing;
  /** @default the machine's own programs */
  readonly power?: PowerSwitch;
  /**
   * The agent's directory: services that another agent of it has left behind, as it was killed,
   * are ended before those of this one start. @default none are looked for
   */
  readonly directory?: string;
}

/** What services and helpers inherit. Nothing of the agent's own environment is theirs to know. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
};

/** What happens on a machine while its agent runs: services, events, the way up and down. */
export class MachineLife {
  readonly events: EventLog;
  readonly supervisor: Supervisor;
  readonly power: PowerSequence;
  /** What the agent itself has written. */
  readonly ownOutput: LogRing | undefined;
  readonly #status: MachineStatus;
  readonly #stopping = new AbortController();
  readonly #deps: AgentDeps;
  readonly #directory: string | undefined;
  readonly #configFault: ConfigFault | undefined;
  #watching: Promise<void> | undefined;

  constructor(deps: AgentDeps, options: MachineLifeOptions = {}) {
    const { clock, random, log } = deps;
    const { config = { services: [] }, allowsPower = false, directory, ownOutput } = options;
    const owner = directory === undefined ? {} : { [OWNER_VARIABLE]: directory };
    const power = options.power ?? commandPowerSwitch(ENVIRONMENT);
    const stopping = this.#stopping.signal;
    const events = new EventLog(createXidSource({ clock, random }));
    const supervisor = new Supervisor(config.services, {
      clock,
      log,
      environment: { ...ENVIRONMENT, ...owner },
      onEvent: ({ spec, record }, event) => {
        events.publish(ServiceStateEventSchema, serviceStateEvent(spec.id, event, record));
        this.#status.update();
      },
    });
    const status = new MachineStatus(events, supervisor, config.fault?.message);
    this.power = new PowerSequence({
      ...{ clock, random, log, events, supervisor, status, power },
      isAllowed: allowsPower,
      signal: stopping,
    });
    this.#deps = deps;
    this.#configFault = config.fault;
    this.#directory = directory;
    this.events = events;
    this.supervisor = supervisor;
    this.#status = status;
    this.ownOutput = ownOutput;
  }

  /** Aborts when streams that follow something shall end. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Starts the services; does not wait for them to be up. */
  async start(): Promise<void> {
    const { clock, log } = this.#deps;
    const addresses = { clock, events: this.events, read: machineAddresses };
    this.#watching = watchAddresses(addresses, this.#stopping.signal).catch((error: unknown) => {
      log.warn({ err: error }, "the machine's addresses cannot be read");
    });
    this.#status.enter(Stage.BOOTING);
    this.#tellConfigFault();
    await this.#endLeftovers();
    await this.supervisor.startAll();
    this.#status.enter(Stage.RUNNING);
  }

  #tellConfigFault(): void {
    const fault = this.#configFault;
    if (fault === undefined) return;
    this.#deps.log.error(fault, "the configuration is not used");
    const schema =
      fault.kind === "load" ? ConfigLoadErrorEventSchema : ConfigValidationErrorEventSchema;
    this.events.publish(schema, { error: fault.message });
  }

  async #endLeftovers(): Promise<void> {
    if (this.#directory === undefined) return;
    const { clock, log, roots } = this.#deps;
    const ended = await endLeftovers(this.#directory, { clock, proc: roots.proc });
    if (ended > 0) log.warn({ processes: ended }, "ended what an agent before had left behind");
  }

  /** Ends the streams that follow something, so that a server can close; services go on. */
  endStreams(): void {
    this.#stopping.abort();
  }

  /** Ends all of it; resolves when nothing of the services is left. */
  async stop(): Promise<void> {
    this.endStreams();
    await this.supervisor.stopAll();
    await this.#watching;
  }
}
