import type { MachineFault } from "../../machine-fault.ts";
import { toMachineFailure } from "./machine-failure.ts";
import type { MachineSite } from "./machine-site.ts";
import type { MachineActivity } from "./machine-state.ts";

/** What this daemon knows of a machine beyond its record: none of it outlives the daemon. */
export class MachineCondition {
  /** What is being done to the machine. */
  activity: MachineActivity = "none";
  /** Waits for a turn (`true`), or for what the fault says. */
  queued: boolean | MachineFault = false;
  /** What went wrong. */
  fault: MachineFault | undefined;
  readonly #site: Pick<MachineSite, "ref" | "log">;

  constructor(site: Pick<MachineSite, "ref" | "log">) {
    this.#site = site;
  }

  /** Forgets what went wrong before another attempt; a failed rebuild is not made good by one. */
  clearFault(): void {
    if (this.fault?.reason !== "rebuild_failed") this.fault = undefined;
  }

  /**
   * Does the work; if the machine's state can say why it failed, it does.
   *
   * @param reason in place of the failure's own
   */
  async guard(work: () => Promise<void>, reason?: MachineFault["reason"]): Promise<void> {
    try {
      await work();
    } catch (error) {
      const failure = toMachineFailure(error);
      if (failure === undefined) throw error;
      this.#site.log.warn({ server: this.#site.ref.id, err: failure }, "a machine has a fault");
      this.fault = reason === undefined ? failure.fault : { ...failure.fault, reason };
    }
  }
}
