import type { DesiredPower } from "../../../model/server.ts";
import type { MachineFault } from "../../machine-fault.ts";
import { readFreeDiskBytes } from "../capacity/host-supply.ts";
import { atRest, type Demand } from "../capacity/ledger.ts";
import { MachineFailure } from "./machine-failure.ts";
import type { MachineSite } from "./machine-site.ts";

/** What one machine takes of the host. */
export class HostShare {
  readonly #site: MachineSite;

  constructor(site: MachineSite) {
    this.#site = site;
  }

  /** Takes what the machine needs; if there is no room, answers what it waits for. */
  async reserve(demand: Demand, power: DesiredPower): Promise<MachineFault | undefined> {
    const { ledger, supply, uuid } = this.#site;
    const needed = power === "running" ? demand : atRest(demand);
    const missing = ledger.reserve(uuid, needed, await supply());
    if (missing === undefined) return undefined;
    const message = `this host has no room for the server now (${missing}); it starts when other servers stop`;
    return { reason: "no_capacity", message };
  }

  /** Notes what a machine takes that runs already. */
  hold(demand: Demand): void {
    this.#site.ledger.hold(this.#site.uuid, demand);
  }

  /** Keeps only what a machine takes that is off. */
  rest(demand: Demand): void {
    this.#site.ledger.hold(this.#site.uuid, atRest(demand));
  }

  release(): void {
    this.#site.ledger.release(this.#site.uuid);
  }

  /** @throws MachineFailure `disk_full` when the host's disk has nothing to spare */
  async assertDiskSpace(): Promise<void> {
    const { settings, dataDirectory } = this.#site;
    if ((await readFreeDiskBytes(dataDirectory)) >= settings.diskReserveBytes) return;
    throw new MachineFailure(
      "disk_full",
      "the host's disk is nearly full; delete servers or images that are not needed",
    );
  }
}
