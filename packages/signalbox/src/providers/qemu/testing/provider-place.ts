import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, noMetrics, silentLog, systemClock, systemRandom } from "@signalbox/base";
import type { Flavor } from "../../../model/flavor.ts";
import type { Provider } from "../../provider.ts";
import { createQemuProvider } from "../qemu-provider.ts";
import type { QemuOptions } from "../qemu-settings.ts";
import { guestImage } from "./guest-image.ts";
import { missingForGuestImage } from "./guest-image-builder.ts";
import { missingProgram, skipWithout } from "./peer-missing.ts";

const TOOLS = ["qemu-system-x86_64", "qemu-img", "mke2fs", "debugfs", "mformat"];

/** What a machine's scripts still do when it is gone; on a busy host that takes seconds. */
const ENDING_MS = 60_000;

/** Options of a suite that runs real machines. */
export const MACHINE_TEST = {
  skip: skipWithout(missingProgram(TOOLS, process.env) ?? missingForGuestImage(), process.env),
  /** Each test has a provider of its own, and a guest keeps one core busy. */
  concurrency: 2,
};

/** Small enough for several at once on any machine that runs tests. */
export const TEST_FLAVOR: Flavor = {
  id: "5b0c0000-0000-4000-8000-0000000000ff",
  name: "test",
  cpus: 1,
  memoryBytes: 256 * 1024 ** 2,
  diskBytes: 512 * 1024 ** 2,
  architecture: "x86_64",
  baremetal: false,
  pinnedOnly: false,
};

/** A directory for one provider after another, and the proof that nothing is left of it. */
export class ProviderPlace {
  readonly directory: string = mkdtempSync(join(tmpdir(), "signalbox-qemu-"));
  readonly #settings: QemuOptions;
  readonly #clock: Clock;
  #unmount: (() => void) | undefined;

  constructor(settings: QemuOptions = {}, clock: Clock = systemClock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  get data(): string {
    return join(this.directory, "qemu");
  }

  async open(settings: QemuOptions = {}): Promise<Provider> {
    const provider = createQemuProvider({
      directory: this.data,
      clock: this.#clock,
      random: systemRandom,
      log: silentLog,
      metrics: noMetrics,
      settings: {
        acceleration: "tcg",
        guestImagePath: guestImage(),
        flavors: [TEST_FLAVOR],
        ...this.#settings,
        ...settings,
      },
    });
    await provider.start({ signal: new AbortController().signal });
    return provider;
  }

  /** Directories of machines that are there. */
  machineDirectories(): readonly string[] {
    const machines = join(this.data, "machines");
    return readdirSync(machines).map((name) => join(machines, name));
  }

  /** Numbers of processes that work in this place. */
  processes(): readonly number[] {
    return readdirSync("/proc")
      .filter((name) => /^[0-9]+$/.test(name) && Number(name) !== process.pid)
      .filter((name) => worksIn(name, this.directory))
      .map(Number);
  }

  /** Removes every machine, closes the provider and fails if something is left. */
  async dispose(provider: Provider): Promise<void> {
    try {
      await this.#clear(provider);
    } finally {
      this.#unmount?.();
    }
    rmSync(this.directory, { recursive: true });
  }

  /** Puts a file system of its own under the data, which may then be made larger. Needs root. */
  mount(size: string): (size: string) => void {
    mkdirSync(this.data);
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", this.data]);
    this.#unmount = () => void execFileSync("umount", ["--lazy", this.data]);
    return (larger) => void execFileSync("mount", ["-o", `remount,size=${larger}`, this.data]);
  }

  async #clear(provider: Provider): Promise<void> {
    const signal = new AbortController().signal;
    for (const ref of await provider.listServers({ signal })) {
      await provider.removeServer(ref, { signal });
    }
    await provider.close();
    const deadlineMs = systemClock.monotonic() + ENDING_MS;
    while (this.processes().length > 0 && systemClock.monotonic() < deadlineMs) {
      await systemClock.sleep(20);
    }
    assert.deepEqual(this.processes(), [], "a process was left behind");
    assert.deepEqual(readdirSync(join(this.data, "machines")), []);
    assert.deepEqual(readdirSync(join(this.data, "incoming")), []);
  }
}

function worksIn(pid: string, directory: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(directory);
  } catch {
    return false;
  }
}

/** The process that runs a machine now. */
export function machinePid(directory: string): number {
  return Number.parseInt(readFileSync(join(directory, "qemu.pid"), "utf8"), 10);
}
