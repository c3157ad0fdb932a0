import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import type { Readable, Writable } from "node:stream";
import { type Clock, systemClock } from "@signalbox/base";

export interface BootOptions {
  readonly disk: string;
  readonly seed?: string;
  /** Default `q35`. */
  readonly machine?: "q35" | "pc";
  /** Where the socket of the machine's monitor goes; one for each running guest. */
  readonly monitor: string;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
}

/** Emulation on a busy machine is slow; a guest that works needs a tenth of it. */
const DEADLINE_MS = 120_000;

/**
 * A guest in plain QEMU, without acceleration and with nothing of the provider, so that a test of
 * the image tests the image. Its network is closed (`restrict=on`) and hands out 10.0.0.4.
 */
export class BootedGuest {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #monitor: string;
  readonly #clock: Clock;
  readonly #exited: Promise<unknown>;
  /** It has ended, and all of its output is here. */
  #isOver = false;
  #output = "";
  /** Up to here, lines were waited for. */
  #read = 0;
  readonly #waiters = new Set<() => void>();

  constructor(options: BootOptions) {
    this.#monitor = options.monitor;
    this.#clock = options.clock ?? systemClock;
    this.#process = spawn("qemu-system-x86_64", qemuArguments(options), {
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#exited = once(this.#process, "close");
    this.#process.once("close", () => {
      this.#isOver = true;
      for (const wake of this.#waiters) wake();
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
        for (const wake of this.#waiters) wake();
      });
    }
  }

  /** Everything that the guest said on its serial port. */
  get output(): string {
    return this.#output;
  }

  /**
   * The next line that matches, after the one that was waited for before.
   *
   * @throws Error with the output, when it does not come
   */
  async line(pattern: RegExp): Promise<string> {
    return this.#within(`no line matches ${pattern}`, () => {
      const unread = this.#output.slice(this.#read);
      const match = new RegExp(pattern.source, `${pattern.flags}m`).exec(unread);
      if (match === null) return undefined;
      this.#read += match.index + match[0].length;
      return match[0];
    });
  }

  /** Types on the serial console. */
  type(text: string): void {
    this.#process.stdin.write(text);
  }

  /** Presses the power button. */
  pressPowerButton(): void {
    const socket = connect(this.#monitor);
    socket.on("error", (error) => this.#process.stderr.emit("data", `monitor: ${error.message}\n`));
    socket.resume();
    socket.end('{"execute":"qmp_capabilities"}\n{"execute":"system_powerdown"}\n');
  }

  /** Resolves when the guest switched itself off. */
  async poweredOff(): Promise<void> {
    await this.#within("the guest does not switch off", () => this.#isOver || undefined);
  }

  /** As pulling the plug: the guest has no say. Does nothing when it is off already. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#exited;
  }

  /** Asks `question` whenever there is more output, and at the end, until it has an answer. */
  async #within<T>(fault: string, question: () => T | undefined): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const ask = () => {
      const answer = question();
      if (answer !== undefined) resolve(answer);
      else if (this.#isOver) give();
    };
    const give = () => reject(new Error(`${fault}; the guest said:\n${this.#output}`));
    const cancel = this.#clock.after(DEADLINE_MS, give);
    this.#waiters.add(ask);
    ask();
    try {
      return await promise;
    } finally {
      cancel();
      this.#waiters.delete(ask);
    }
  }
}

function qemuArguments({ disk, seed, machine = "q35", monitor }: BootOptions): readonly string[] {
  // biome-ignore format: pairs of option and value
  return [
    "-accel", "tcg", "-machine", machine, "-m", "256", "-nodefaults", "-display", "none",
    "-serial", "stdio", "-qmp", `unix:${monitor},server=on,wait=off`, "-no-reboot",
    "-drive", `file=${disk},if=virtio,format=qcow2`,
    ...(seed === undefined ? [] : ["-drive", `file=${seed},if=virtio,format=raw,readonly=on`]),
    "-netdev", "user,id=net0,net=10.0.0.0/24,dhcpstart=10.0.0.4,restrict=on",
    "-device", "virtio-net-pci,netdev=net0,mac=52:54:00:12:34:56,romfile=",
  ];
}
