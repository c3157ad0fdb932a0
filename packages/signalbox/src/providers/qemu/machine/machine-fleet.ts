import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "@signalbox/base";
import type { ServerRef } from "../../provider.ts";
import { Machine } from "./machine.ts";
import { MACHINE_FILES } from "./machine-files.ts";
import { machineDirectoryName, parseMachineDirectoryName } from "./machine-name.ts";
import type { MachineParts } from "./machine-parts.ts";
import { parseMachineRecord } from "./machine-record.ts";

/** All machines of this host, by directory name. */
export class MachineFleet {
  readonly #directory: string;
  readonly #parts: MachineParts;
  readonly #machines = new Map<string, Machine>();

  /** @param directory `DATA/providers/REGION/machines` */
  constructor(directory: string, parts: MachineParts) {
    this.#directory = directory;
    this.#parts = parts;
  }

  /** Finds the machines that earlier daemons left behind, running or not. */
  async open(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const names = await readdir(this.#directory);
    await Promise.all(names.map((name) => this.#open(name)));
  }

  get refs(): readonly ServerRef[] {
    return [...this.#machines.values()].map(({ ref }) => ref);
  }

  /** @throws Problem `not_found` */
  get(ref: ServerRef): Machine {
    const machine = this.#machines.get(machineDirectoryName(ref));
    if (machine === undefined) throw new Problem("not_found", "there is no such machine");
    return machine;
  }

  getOrAdd(ref: ServerRef): Machine {
    const name = machineDirectoryName(ref);
    const present = this.#machines.get(name);
    if (present !== undefined) return present;
    const machine = new Machine(refOf(ref), join(this.#directory, name), this.#parts);
    this.#machines.set(name, machine);
    return machine;
  }

  async remove(ref: ServerRef, signal: AbortSignal): Promise<void> {
    const name = machineDirectoryName(ref);
    const machine = this.#machines.get(name);
    if (machine === undefined) return;
    await machine.remove(signal);
    if (this.#machines.get(name) === machine) this.#machines.delete(name);
  }

  /** Digests of base images that disks depend on. */
  imageDigests(): ReadonlySet<string> {
    const digests = [...this.#machines.values()].map(({ imageDigest }) => imageDigest);
    return new Set(digests.filter((digest) => digest !== undefined));
  }

  /** Those that wait for capacity, or for their turn. */
  get queued(): readonly ServerRef[] {
    return [...this.#machines.values()].filter(({ isQueued }) => isQueued).map(({ ref }) => ref);
  }

  /** Where the agent of a server's machine is called; it has one that runs at most. */
  agentAddress(serverId: string): string | undefined {
    for (const { ref, agentAddress } of this.#machines.values()) {
      if (ref.id === serverId && agentAddress !== undefined) return agentAddress;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#machines.values()].map((machine) => machine.close()));
  }

  async #open(name: string): Promise<void> {
    const machine = await this.#read(name);
    await machine?.adopt();
  }

  async #read(name: string): Promise<Machine | undefined> {
    const ref = parseMachineDirectoryName(name);
    if (ref === undefined) return undefined;
    const directory = join(this.#directory, name);
    const text = await readFile(join(directory, MACHINE_FILES.record), "utf8").catch(
      () => undefined,
    );
    if (text === undefined) {
      // Its making was cut short; nothing was started, and it is made again from the beginning.
      await rm(directory, { recursive: true, force: true });
      return undefined;
    }
    const record = parseMachineRecord(text);
    if (!record.ok) this.#parts.log.error({ directory, why: record.error }, "unreadable machine");
    const machine = record.ok
      ? new Machine(ref, directory, this.#parts, record.value)
      : Machine.unreadable(ref, directory, this.#parts);
    this.#machines.set(name, machine);
    return machine;
  }
}

function refOf({ id, incarnation }: ServerRef): ServerRef {
  return { id, incarnation };
}
