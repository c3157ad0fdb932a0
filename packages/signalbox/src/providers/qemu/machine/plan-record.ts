import type { DesiredServer } from "../../provider.ts";
import { planUserNetwork, type UserNetwork } from "../network/user-network.ts";
import type { DiskPlan } from "./machine-disk.ts";
import { MachineFailure } from "./machine-failure.ts";
import type { MachineRecord } from "./machine-record.ts";

/**
 * The first record of a machine.
 *
 * @throws MachineFailure when the network cannot be laid out
 */
export function newRecord(server: DesiredServer, disk: DiskPlan): MachineRecord {
  return {
    version: 1,
    id: server.id,
    incarnation: server.incarnation,
    imageId: disk.imageId,
    imageDigest: disk.imageDigest,
    cpus: server.flavor.cpus,
    memoryBytes: server.flavor.memoryBytes,
    diskBytes: disk.diskBytes,
    network: networkOf(server),
    macAddress: server.macAddress,
    instance: 1,
    power: server.power,
    rebooting: false,
  };
}

/** What may change during a machine's life; addresses take effect at its next start. */
export function changesOf(server: DesiredServer): Partial<MachineRecord> {
  return { network: networkOf(server), macAddress: server.macAddress, power: server.power };
}

function networkOf(server: DesiredServer): UserNetwork {
  const network = planUserNetwork(server.network, server.privateIP);
  if (!network.ok) throw new MachineFailure("create_failed", `the network: ${network.error}`);
  return network.value;
}
