import { readPids } from "../proc/process-list.ts";
import { mapBounded } from "../proc/map-bounded.ts";
import { readKernelFile } from "../proc/kernel-file.ts";
import { parsePidStat } from "../proc/pid-stat.ts";

const AT_ONCE = 16;

/**
 * Whether a process of this group has not ended. Those that have are there until their parent has
 * asked for their status, which may take it seconds. One that is begun while this looks may be
 * missed. Where processes cannot be listed there may be one.
 */
export async function hasLivingMembers(group: number): Promise<boolean> {
  const pids = await readPids("/proc").catch(() => undefined);
  if (pids === undefined) return true;
  const living = await mapBounded(pids, AT_ONCE, async (pid) => {
    const stat = parsePidStat((await readKernelFile(`/proc/${pid}/stat`)) ?? "");
    return stat.ok && stat.value.group === group && !/[ZX]/.test(stat.value.state);
  });
  return living.includes(true);
}
