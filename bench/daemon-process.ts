import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { systemClock } from "@signalbox/base";

const COMMAND = fileURLToPath(new URL("../signalbox", import.meta.url));

/** A daemon in a process of its own, on free ports and simulated machines. */
export interface BenchDaemon {
  /** From the start of the process to its line `ready`. */
  readonly readyMs: number;
  /** CPU time of all its threads until then: what a busy machine hardly changes. */
  readonly readyCpuMs: number;
  /** Ids of the region, organization and project that it serves. */
  readonly place: Readonly<Record<"region" | "organization" | "project", string>>;
  /** Where it listens. */
  readonly urls: Readonly<Record<"rest" | "ops", string>>;
  /** The administrator's. */
  readonly token: string;
  /** CPU time of its event loop's thread so far, in milliseconds. */
  loopCpuMs(): number;
  /** Memory that is resident now, and the most that ever was, in MB. */
  memory(): { readonly nowMb: number; readonly peakMb: number };
  stop(): Promise<void>;
}

export async function startBenchDaemon(
  dataDir: string,
  options: readonly string[] = [],
): Promise<BenchDaemon> {
  const started = systemClock.monotonic();
  const child = spawn(COMMAND, [...argumentsFor(dataDir), ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await untilReady(child);
  const readyMs = systemClock.monotonic() - started;
  const readyCpuMs = readCpuMs(`${child.pid}`);
  const endpoints = JSON.parse(
    readFileSync(join(dataDir, "endpoints.json"), "utf8"),
  ) as BenchDaemon["place"] & BenchDaemon["urls"];
  return {
    readyMs,
    readyCpuMs,
    place: endpoints,
    urls: endpoints,
    token: readFileSync(join(dataDir, "admin.token"), "utf8").trim(),
    loopCpuMs: () => readCpuMs(`${child.pid}/task/${child.pid}`),
    memory: () => readMemory(child.pid ?? 0),
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

function argumentsFor(dataDir: string): readonly string[] {
  const any = "127.0.0.1:0";
  const listeners = ["rest", "ops", "xds", "node", "enrol"].flatMap((name) => [
    `--listen-${name}`,
    any,
  ]);
  const rest = ["--provider", "simulated", "--log-level", "warn"];
  return ["serve", "--data-dir", dataDir, ...listeners, ...rest];
}

async function untilReady(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error("the daemon's output is not piped");
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the daemon ended with ${String(code)} before it was ready`);
  });
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith("ready")) ready.resolve();
  });
  await Promise.race([ready.promise, ended]);
  ended.catch(() => {});
}

/** Ticks are hundredths of a second on every Linux (proc(5), fields 14 and 15). */
function readCpuMs(processOrThread: string): number {
  const fields =
    readFileSync(`/proc/${processOrThread}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function readMemory(pid: number): { readonly nowMb: number; readonly peakMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1024;
  return { nowMb: megabytes("VmRSS"), peakMb: megabytes("VmHWM") };
}
