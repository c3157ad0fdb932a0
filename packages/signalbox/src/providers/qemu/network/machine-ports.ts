import type { MachineNotice } from "../../provider.ts";
import type { QmpClient } from "../qmp/qmp-client.ts";
import { type AgentPorts, openAgentPorts } from "./agent-ports.ts";
import { convergeForwards } from "./converge-forwards.ts";
import type { EnrolmentLink } from "./enrolment-link.ts";
import { type Exposure, type ForwardPlan, planForwards } from "./plan-forwards.ts";
import { readForwards } from "./read-forwards.ts";

/** The ports of one machine that are open from outside, and what is to be said of the others. */
export class MachinePorts {
  readonly #maxPorts: number;
  readonly #link: EnrolmentLink | undefined;
  #plan: ForwardPlan = { forwards: [], notices: [] };
  #obstacles: readonly MachineNotice[] = [];
  #agent: AgentPorts | undefined;

  /** @param link absent: nobody calls the machine's agent */
  constructor(maxPorts: number, link: EnrolmentLink | undefined) {
    this.#maxPorts = maxPorts;
    this.#link = link;
  }

  get notices(): readonly MachineNotice[] {
    return [...this.#plan.notices, ...this.#obstacles];
  }

  /** The port of the host's loopback that leads to the agent. */
  get agentPort(): number | undefined {
    return this.#agent?.calls;
  }

  /** Takes note of what is asked for; `open` carries it out. */
  plan(exposure: Exposure): void {
    this.#plan = planForwards(exposure, this.#maxPorts);
  }

  /** Opens the planned ports of the running machine, and closes all others. */
  async open(control: QmpClient, privateAddress: string, signal: AbortSignal): Promise<void> {
    const present = await readForwards(control, signal);
    const wanted = this.#plan.forwards;
    this.#obstacles = await convergeForwards(control, privateAddress, present, wanted, signal);
    if (this.#link === undefined) return;
    this.#agent = await openAgentPorts(control, privateAddress, present, signal);
    this.#link.follow(this.#agent?.enrolment);
  }

  /** The machine's process, which listened, is gone. */
  closed(): void {
    this.#obstacles = [];
    this.release();
  }

  /** Lets go of the agent; the ports stay open. */
  release(): void {
    this.#agent = undefined;
    this.#link?.follow(undefined);
  }
}
