import type { AgentDeps } from "../agent-deps.ts";
import type { MachineMethods } from "../machine-methods.ts";
import { readBootTime } from "./boot-time.ts";
import { dmesg } from "./dmesg.ts";
import { deviceKernelLog } from "./kernel-log.ts";

/** Dmesg, from the machine's own device. */
export function dmesgMethods({ clock, roots }: Pick<AgentDeps, "clock" | "roots">): MachineMethods {
  const bootTime = (): Promise<number> => readBootTime(roots.proc, clock);
  const deps = { clock, bootTime, kernelLog: deviceKernelLog() };
  return { dmesg: (request, { signal }) => dmesg(deps, request, signal) };
}
