import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { GrpcError, STATUS } from "@signalbox/grpc";
import type { DataSchema } from "#gen/common/common_pb.js";
import type { PacketCaptureRequest } from "#gen/machine/network_pb.js";
import { type PacketFilter, parseBpfProgram } from "./bpf-program.ts";
import { filterPcap } from "./pcap-filter.ts";

export interface PacketCaptureDeps {
  /** @default "tcpdump" */
  readonly program?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where /sys is. */
  readonly sys: string;
}

type Capture = ChildProcessByStdio<null, Readable, Readable>;

/** Interfaces that are no devices: tcpdump captures on all of them at once. */
const ANY = "any";
/** IFNAMSIZ is 16, its zero byte included. */
const INTERFACE = /^[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,14}$/;
const MAX_SNAP_BYTES = 262_144;
const MAX_ERROR_TEXT = 1024;

/**
 * What goes over an interface, as a capture file that grows until the call is over
 * (node-api §4.2, PacketCapture). The program captures; the filter, which it does not take as
 * instructions, is run here. Packets that the caller is too slow for are dropped by the kernel.
 *
 * @throws GrpcError INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION
 */
export async function* capturePackets(
  deps: PacketCaptureDeps,
  request: PacketCaptureRequest,
  signal: AbortSignal,
): AsyncGenerator<MessageInitShape<typeof DataSchema>, void, undefined> {
  const filter = filterOf(request);
  await checkInterface(request.interface, deps.sys);
  const child = await startProgram(deps, request);
  const exited = once(child, "exit");
  const errors = lastErrors(child);
  const stop = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    const file: AsyncIterable<Buffer> = child.stdout;
    const packets = filter === undefined ? file : filterPcap(file, filter);
    for await (const bytes of packets) yield { bytes };
    const [status] = await exited;
    if (status !== 0 && !signal.aborted) {
      const text = `the capture failed: ${(await errors()) || `exit status ${status}`}`;
      throw new GrpcError(STATUS.FAILED_PRECONDITION, text);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
    await exited;
  }
}

function filterOf({ bpfFilter }: PacketCaptureRequest): PacketFilter | undefined {
  if (bpfFilter.length === 0) return undefined;
  const program = parseBpfProgram(bpfFilter);
  if (!program.ok) throw new GrpcError(STATUS.INVALID_ARGUMENT, `bpf_filter: ${program.error}`);
  return program.value;
}

async function checkInterface(name: string, sys: string): Promise<void> {
  if (!INTERFACE.test(name)) {
    throw new GrpcError(STATUS.INVALID_ARGUMENT, `"${name}" is no interface's name`);
  }
  if (name === ANY) return;
  await stat(join(sys, "class/net", name)).catch((cause: unknown) => {
    throw new GrpcError(STATUS.NOT_FOUND, `there is no interface ${name}`, { cause });
  });
}

async function startProgram(
  { program = "tcpdump", environment }: PacketCaptureDeps,
  { interface: name, promiscuous, snapLen }: PacketCaptureRequest,
): Promise<Capture> {
  const snap = snapLen === 0 ? MAX_SNAP_BYTES : Math.min(snapLen, MAX_SNAP_BYTES);
  const args = ["-i", name, "-w", "-", "-U", "-n", "-s", String(snap), "--immediate-mode"];
  const child = spawn(program, promiscuous ? args : [...args, "-p"], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    await once(child, "spawn");
    return child;
  } catch (cause) {
    const text = `${program} does not start on this machine; install it to capture packets`;
    throw new GrpcError(STATUS.FAILED_PRECONDITION, text, { cause });
  }
}

/** Reads what a program says of itself; answers the end of it, once it has said all. */
function lastErrors(child: Capture): () => Promise<string> {
  let text = "";
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  child.stderr.once("close", resolve);
  child.stderr.on("data", (bytes: Buffer) => {
    text = (text + bytes.toString()).slice(-MAX_ERROR_TEXT);
  });
  return async () => {
    await closed;
    return text.trim().split("\n").at(-1) ?? "";
  };
}
