import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Clock, Problem } from "@signalbox/base";
import { MACHINE_FILES } from "../machine/machine-files.ts";
import { connectUnixSocket } from "../process/connect-unix-socket.ts";
import { ConsoleReader } from "./console-reader.ts";

const CONNECT_TIMEOUT_MS = 5000;
const MAX_BUFFERED_BYTES = 256 * 1024;
const MAX_READERS = 32;

/**
 * A machine's serial console for any number of readers over QEMU's one connection. It is open
 * while somebody reads, and then always read on: a full socket would stall the guest.
 */
export class LiveConsole {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #readers = new Set<ConsoleReader>();
  #connecting: Promise<Socket> | undefined;

  constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** @throws Problem `conflict`, `provider_unavailable`; or the signal's reason */
  async attach(signal: AbortSignal): Promise<Duplex> {
    if (this.#readers.size >= MAX_READERS) {
      throw new Problem("conflict", `the console has ${MAX_READERS} readers already`);
    }
    const reader = new ConsoleReader({
      maxBufferedBytes: MAX_BUFFERED_BYTES,
      send: (bytes, taken) => void this.#send(bytes, taken),
      onClosed: () => this.#detach(reader),
    });
    this.#readers.add(reader);
    try {
      await this.#connect();
      signal.throwIfAborted();
      return reader;
    } catch (error) {
      reader.destroy();
      throw error;
    }
  }

  /** Ends all readers. */
  close(): void {
    const readers = [...this.#readers];
    this.#readers.clear();
    for (const reader of readers) reader.finish();
    this.#hangUp();
  }

  #connect(): Promise<Socket> {
    this.#connecting ??= this.#open();
    return this.#connecting;
  }

  async #open(): Promise<Socket> {
    const { signal } = new AbortController();
    const options = { clock: this.#clock, signal, timeoutMs: CONNECT_TIMEOUT_MS };
    try {
      const socket = await connectUnixSocket(this.#directory, MACHINE_FILES.serial, options);
      socket.on("data", (bytes: Buffer) => {
        for (const reader of this.#readers) reader.deliver(bytes);
      });
      socket.on("error", () => socket.destroy());
      socket.on("close", () => this.close());
      return socket;
    } catch (error) {
      this.#connecting = undefined;
      throw error;
    }
  }

  async #send(bytes: Buffer, taken: (error?: Error | null) => void): Promise<void> {
    try {
      const socket = await this.#connect();
      socket.write(bytes, taken);
    } catch (error) {
      taken(error instanceof Error ? error : new Error("the console is closed"));
    }
  }

  #detach(reader: ConsoleReader): void {
    if (this.#readers.delete(reader) && this.#readers.size === 0) this.#hangUp();
  }

  #hangUp(): void {
    const connecting = this.#connecting;
    this.#connecting = undefined;
    connecting?.then(
      (socket) => socket.destroy(),
      () => {},
    );
  }
}
