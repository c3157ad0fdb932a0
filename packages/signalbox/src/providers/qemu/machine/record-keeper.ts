import { join } from "node:path";
import type { MachineFault } from "../../machine-fault.ts";
import { writeFileAtomically } from "../disk/write-file-atomically.ts";
import { MACHINE_FILES } from "./machine-files.ts";
import { formatMachineRecord, type MachineRecord } from "./machine-record.ts";

/** New values of some properties; undefined takes one of these two away. */
export type RecordChanges = Partial<Omit<MachineRecord, "process" | "fault">> & {
  readonly process?: MachineRecord["process"] | undefined;
  readonly fault?: MachineFault | undefined;
};

/** A machine's record, in memory and on disk. What it answers is durable. */
export class RecordKeeper {
  readonly #path: string;
  #record: MachineRecord | undefined;

  /** @param record absent: the machine is not made yet */
  constructor(directory: string, record?: MachineRecord) {
    this.#path = join(directory, MACHINE_FILES.record);
    this.#record = record;
  }

  get record(): MachineRecord | undefined {
    return this.#record;
  }

  /** Writes a record in place of the one before, if they differ. */
  async keep(record: MachineRecord): Promise<void> {
    const text = formatMachineRecord(record);
    const unchanged = this.#record !== undefined && formatMachineRecord(this.#record) === text;
    if (!unchanged) await writeFileAtomically(this.#path, text);
    this.#record = record;
  }

  /** Changes the record; without one it does nothing. */
  async change(changes: RecordChanges): Promise<void> {
    if (this.#record === undefined) return;
    const { process, fault, ...rest } = { ...this.#record, ...changes };
    await this.keep({ ...rest, ...(process && { process }), ...(fault && { fault }) });
  }

  /** The machine is gone, record and all. */
  forget(): void {
    this.#record = undefined;
  }
}
