import type { MachineNotice } from "../../provider.ts";
import type { QmpClient } from "../qmp/qmp-client.ts";
import { isAgentForward } from "./agent-ports.ts";
import { forwardKey, type PortForward } from "./port-forward.ts";
import { findPortObstacle, type PortObstacle } from "./probe-port.ts";

/**
 * Makes the running machine's forwards of public ports the wanted ones, and answers notices about
 * those that could not be had.
 *
 * @param present what the machine forwards now, to its agent too
 */
export async function convergeForwards(
  control: QmpClient,
  privateAddress: string,
  present: readonly PortForward[],
  wanted: readonly PortForward[],
  signal: AbortSignal,
): Promise<readonly MachineNotice[]> {
  const open = present.filter((forward) => !isAgentForward(forward));
  const openKeys = new Set(open.map(forwardKey));
  const wantedKeys = new Set(wanted.map(forwardKey));
  for (const forward of open) {
    if (wantedKeys.has(forwardKey(forward))) continue;
    await control.monitor(`hostfwd_remove net0 ${forwardKey(forward)}`, { signal });
  }
  const notices: MachineNotice[] = [];
  for (const forward of wanted) {
    if (openKeys.has(forwardKey(forward))) continue;
    const rule = `${forwardKey(forward)}-${privateAddress}:${forward.guestPort}`;
    const complaint = await control.monitor(`hostfwd_add net0 ${rule}`, { signal });
    if (complaint !== "") notices.push(notForwarded(forward, await findPortObstacle(forward)));
  }
  return notices;
}

const EXPLANATION: Readonly<Record<PortObstacle, string>> = {
  taken: "another program listens there; stop it, or choose another port",
  privileged: "ports below 1024 need a privilege that the daemon lacks (CAP_NET_BIND_SERVICE)",
  no_such_address: "the host has no such address; choose a public prefix inside 127.0.0.0/8",
  unknown: "the host refused it; it is tried again",
};

function notForwarded(forward: PortForward, obstacle: PortObstacle): MachineNotice {
  const { protocol, address, port } = forward;
  return {
    kind: "warning",
    reason: "PortNotForwarded",
    message: `${protocol} port ${port} of ${address} is not forwarded: ${EXPLANATION[obstacle]}`,
  };
}
