import type { AgentDeps } from "../agent-deps.ts";
import type { MachineMethods } from "../machine-methods.ts";
import { untilEither } from "../until-either.ts";
import { readBootTime } from "./boot-time.ts";
import { dmesg } from "./dmesg.ts";
import { deviceKernelLog } from "./kernel-log.ts";

/** Dmesg, from the machine's own device, until the agent stops. */
export function dmesgMethods(
  { clock, roots }: Pick<AgentDeps, "clock" | "roots">,
  stopping: AbortSignal,
): MachineMethods {
  const bootTime = (): Promise<number> => readBootTime(roots.proc, clock);
  const deps = { clock, bootTime, kernelLog: deviceKernelLog() };
  return {
    dmesg: (request, context) =>
      untilEither(context.signal, stopping, (signal) => dmesg(deps, request, signal)),
  };
}
