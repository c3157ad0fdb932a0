import type { QmpClient } from "../qmp/qmp-client.ts";
import { parseForwards } from "./parse-forwards.ts";
import type { PortForward } from "./port-forward.ts";

/**
 * What a running machine forwards. It is asked of QEMU, not remembered: so it is right after a restart
 * of the daemon too.
 */
export async function readForwards(
  control: QmpClient,
  signal: AbortSignal,
): Promise<readonly PortForward[]> {
  return parseForwards(await control.monitor("info usernet", { signal }));
}
