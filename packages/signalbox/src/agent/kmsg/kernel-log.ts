import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { GrpcError, STATUS } from "@signalbox/grpc";

/** The kernel keeps no record longer than 8 KiB, its keys and values included. */
const RECORD_BYTES = 16 * 1024;

/** What one read of the kernel's log gives. */
export type KernelLogRead =
  | { readonly kind: "record"; readonly bytes: Buffer }
  /** Nothing more for now. */
  | { readonly kind: "end" }
  /** Records were overwritten before they were read; the next read goes on behind the gap. */
  | { readonly kind: "overrun" };

export interface KernelLogReader extends AsyncDisposable {
  read(): Promise<KernelLogRead>;
}

/** Where kernel messages come from: each reader begins with the oldest one that is kept. */
export interface KernelLog {
  /** @throws GrpcError FAILED_PRECONDITION, PERMISSION_DENIED */
  open(): Promise<KernelLogReader>;
}

/** The kernel's log as a device. @param path default `/dev/kmsg` */
export function deviceKernelLog(path = "/dev/kmsg"): KernelLog {
  return {
    open: async () => {
      try {
        const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
        return new DeviceReader(handle);
      } catch (error) {
        throw refusal(error, path);
      }
    },
  };
}

class DeviceReader implements KernelLogReader {
  readonly #handle: FileHandle;
  readonly #buffer = Buffer.allocUnsafe(RECORD_BYTES);

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async read(): Promise<KernelLogRead> {
    try {
      const { bytesRead } = await this.#handle.read(this.#buffer, 0, RECORD_BYTES, null);
      if (bytesRead === 0) return { kind: "end" };
      return { kind: "record", bytes: Buffer.from(this.#buffer.subarray(0, bytesRead)) };
    } catch (error) {
      const code = codeOf(error);
      if (code === "EAGAIN") return { kind: "end" };
      if (code === "EPIPE") return { kind: "overrun" };
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close();
  }
}

function refusal(cause: unknown, path: string): GrpcError {
  const code = codeOf(cause);
  if (code === "EPERM" || code === "EACCES") {
    const text = `the agent may not read ${path}: it needs CAP_SYSLOG, or kernel.dmesg_restrict=0`;
    return new GrpcError(STATUS.PERMISSION_DENIED, text, { cause });
  }
  const text = `the kernel's log cannot be read: ${path}: ${code ?? "unknown error"}`;
  return new GrpcError(STATUS.FAILED_PRECONDITION, text, { cause });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
