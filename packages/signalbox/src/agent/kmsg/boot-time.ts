import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@signalbox/base";
import { GrpcError, STATUS } from "@signalbox/grpc";

/**
 * When the machine booted, in milliseconds since the epoch, to a hundredth of a second.
 *
 * @param proc where /proc is
 * @throws GrpcError FAILED_PRECONDITION
 */
export async function readBootTime(proc: string, clock: Clock): Promise<number> {
  const text = await readFile(join(proc, "uptime"), "utf8").catch(() => "");
  const uptimeSeconds = Number.parseFloat(text);
  if (!Number.isFinite(uptimeSeconds)) {
    throw new GrpcError(STATUS.FAILED_PRECONDITION, `${proc}/uptime cannot be read`);
  }
  return clock.now() - Math.round(uptimeSeconds * 1000);
}
