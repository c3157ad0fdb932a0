import type { MachineNotice } from "../../provider.ts";
import type { QmpClient } from "../qmp/qmp-client.ts";
import { convergeForwards } from "./converge-forwards.ts";
import { type Exposure, type ForwardPlan, planForwards } from "./plan-forwards.ts";

/** The ports of one machine that are open from outside, and what is to be said of the others. */
export class MachinePorts {
  readonly #maxPorts: number;
  #plan: ForwardPlan = { forwards: [], notices: [] };
  #obstacles: readonly MachineNotice[] = [];

  constructor(maxPorts: number) {
    this.#maxPorts = maxPorts;
  }

  get notices(): readonly MachineNotice[] {
    return [...this.#plan.notices, ...this.#obstacles];
  }

  /** Takes note of what is asked for; `open` carries it out. */
  plan(exposure: Exposure): void {
    this.#plan = planForwards(exposure, this.#maxPorts);
  }

  /** Opens the planned ports of the running machine, and closes all others. */
  async open(control: QmpClient, privateAddress: string, signal: AbortSignal): Promise<void> {
    const { forwards } = this.#plan;
    this.#obstacles = await convergeForwards(control, privateAddress, forwards, signal);
  }

  /** The machine's process, which listened, is gone. */
  closed(): void {
    this.#obstacles = [];
  }
}
