import type { QmpClient } from "../qmp/qmp-client.ts";
import { forwardKey, type PortForward } from "./port-forward.ts";
import { readForwards } from "./read-forwards.ts";

/** Ports of a guest that its agent listens on. */
export const GUEST_PORTS = Object.freeze({
  /** Calls of the node API. */
  calls: 50_000,
  /** The daemon calls here, and the agent enrols over that connection (docs/agent.md). */
  enrolment: 50_001,
});

/** Ports of the host's loopback that lead to a machine's agent. */
export type AgentPorts = Readonly<Record<keyof typeof GUEST_PORTS, number>>;

const HOST = "127.0.0.1";

/** Told from forwards of a public address by their port: those keep the guest's. */
export function isAgentForward({ protocol, address, port, guestPort }: PortForward): boolean {
  const leadsToAgent = guestPort === GUEST_PORTS.calls || guestPort === GUEST_PORTS.enrolment;
  return leadsToAgent && protocol === "tcp" && address === HOST && port !== guestPort;
}

/**
 * Opens the ports of a running machine that lead to its agent, on ports that the host chooses.
 * Those that are open already stay: the machine may have been started by an earlier daemon.
 *
 * @param present what the machine forwards now
 * @returns undefined when QEMU has no port to give
 */
export async function openAgentPorts(
  control: QmpClient,
  privateAddress: string,
  present: readonly PortForward[],
  signal: AbortSignal,
): Promise<AgentPorts | undefined> {
  const before = agentPortsAmong(present);
  const missing = Object.values(GUEST_PORTS).filter((port) => !before.has(port));
  for (const port of missing) {
    const rule = `${forwardKey({ protocol: "tcp", address: HOST, port: 0 })}-${privateAddress}:${port}`;
    await control.monitor(`hostfwd_add net0 ${rule}`, { signal });
  }
  const open = missing.length === 0 ? before : agentPortsAmong(await readForwards(control, signal));
  const calls = open.get(GUEST_PORTS.calls);
  const enrolment = open.get(GUEST_PORTS.enrolment);
  return calls === undefined || enrolment === undefined ? undefined : { calls, enrolment };
}

/** The host's port by the guest's. */
function agentPortsAmong(forwards: readonly PortForward[]): ReadonlyMap<number, number> {
  return new Map(forwards.filter(isAgentForward).map(({ guestPort, port }) => [guestPort, port]));
}
