import { type Clock, Problem } from "@signalbox/base";
import type { MachineListener, ServerRef } from "../provider.ts";
import { SIMULATED_IMAGES } from "./catalogue.ts";
import { bootText } from "./console-text.ts";
import type { SimulatedDelays } from "./delays.ts";
import type { FaultInjector } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { JournalRecord, StoredDiskImage } from "./journal-record.ts";
import type { LiveConsole } from "./live-console.ts";
import type { Disk, Machine } from "./machine.ts";
import { dueOf, endPhase, slowWorkOf } from "./machine-life.ts";
import { Schedule } from "./schedule.ts";

export interface WorldDeps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly delays: SimulatedDelays;
  readonly faults: FaultInjector;
  /** A machine's phase ended by itself. */
  readonly onChange: MachineListener;
}

/**
 * The machines and images of a simulated provider. What a command changes is journaled; phases that
 * end by themselves are not, because they follow from what is there and the time.
 */
export class World {
  readonly #deps: WorldDeps;
  readonly #machines = new Map<string, Machine>();
  readonly #images = new Map<string, StoredDiskImage>();
  readonly #consoles = new Map<string, Set<LiveConsole>>();
  readonly #schedule: Schedule;

  constructor(deps: WorldDeps) {
    this.#deps = deps;
    this.#schedule = new Schedule(deps.clock, (key) => {
      const machine = this.#machines.get(key);
      if (machine !== undefined) this.#catchUp(key, machine);
    });
  }

  async open(): Promise<void> {
    for (const record of await this.#deps.journal.open(() => this.#records())) {
      if (record.value === undefined) continue;
      if (record.kind === "image") this.#images.set(record.key, record.value);
      else this.#place(keyOf(record.value), record.value);
    }
  }

  async close(): Promise<void> {
    this.#schedule.close();
    for (const key of this.#consoles.keys()) this.#endConsoles(key);
    await this.#deps.journal.close();
  }

  refs(): readonly ServerRef[] {
    return [...this.#machines.values()].map(({ id, incarnation }) => ({ id, incarnation }));
  }

  find(ref: ServerRef): Machine | undefined {
    const key = keyOf(ref);
    const machine = this.#machines.get(key);
    return machine === undefined ? undefined : this.#catchUp(key, machine);
  }

  /** @throws Problem `not_found` */
  get(ref: ServerRef): Machine {
    const machine = this.find(ref);
    if (machine === undefined) throw new Problem("not_found", `there is no machine ${ref.id}`);
    return machine;
  }

  /** Keeps a machine as it is now; does nothing when it is the one that is kept. */
  put(machine: Machine): void {
    const key = keyOf(machine);
    if (this.#machines.get(key) === machine) return;
    this.#deps.journal.append({ kind: "machine", key, value: machine });
    this.#place(key, machine);
  }

  remove(ref: ServerRef): void {
    const key = keyOf(ref);
    if (!this.#machines.delete(key)) return;
    this.#schedule.set(key, undefined);
    this.#endConsoles(key);
    this.#deps.journal.append({ kind: "machine", key });
  }

  /** The disk of an image that is there, imported, taken or built in. */
  diskOf(imageId: string): Disk | undefined {
    const stored = this.#images.get(imageId);
    if (stored !== undefined) return { ...stored.disk, imageId };
    const builtin = SIMULATED_IMAGES.some((image) => image.id === imageId);
    return builtin ? { imageId, hosts: [] } : undefined;
  }

  image(imageId: string): StoredDiskImage | undefined {
    return this.#images.get(imageId);
  }

  putImage(imageId: string, image: StoredDiskImage): void {
    this.#images.set(imageId, image);
    this.#deps.journal.append({ kind: "image", key: imageId, value: image });
  }

  removeImage(imageId: string): void {
    if (this.#images.delete(imageId)) {
      this.#deps.journal.append({ kind: "image", key: imageId });
    }
  }

  /** Keeps a console until its stream closes or its machine goes off. */
  attach(ref: ServerRef, console: LiveConsole): void {
    const key = keyOf(ref);
    const consoles = this.#consoles.get(key) ?? new Set();
    this.#consoles.set(key, consoles.add(console));
    console.stream.once("close", () => {
      consoles.delete(console);
      if (consoles.size === 0) this.#consoles.delete(key);
    });
  }

  /** Ends every phase whose time has come. */
  #catchUp(key: string, machine: Machine): Machine {
    const { clock, delays, faults, onChange } = this.#deps;
    let now = machine;
    for (let dueMs = dueOf(now); dueMs !== undefined && dueMs <= clock.now(); dueMs = dueOf(now)) {
      const work = slowWorkOf(now);
      const fault = work && faults.takeFaultOf(work);
      now = endPhase(now, delays, fault);
      if (fault !== undefined) this.#deps.journal.append({ kind: "machine", key, value: now });
    }
    if (now === machine) return machine;
    this.#place(key, now);
    onChange({ id: now.id, incarnation: now.incarnation });
    return now;
  }

  #place(key: string, machine: Machine): void {
    const before = this.#machines.get(key);
    this.#machines.set(key, machine);
    this.#schedule.set(key, dueOf(machine));
    if (before === undefined || before.phase === machine.phase) return;
    const { name } = machine.phase;
    if (name === "stopped" || name === "failed" || name === "rebuilding") this.#endConsoles(key);
    else if (name === "running") this.#printBoot(key, machine);
  }

  #printBoot(key: string, machine: Machine): void {
    const boot = machine.boots.at(-1);
    if (boot === undefined) return;
    const text = bootText(machine, boot, this.#deps.clock.now());
    for (const console of this.#consoles.get(key) ?? []) console.print(text);
  }

  #endConsoles(key: string): void {
    for (const console of this.#consoles.get(key) ?? []) console.end();
  }

  *#records(): Generator<JournalRecord> {
    for (const [key, value] of this.#machines) yield { kind: "machine", key, value };
    for (const [key, value] of this.#images) yield { kind: "image", key, value };
  }
}

function keyOf(ref: ServerRef): string {
  return `${ref.id}/${ref.incarnation}`;
}
