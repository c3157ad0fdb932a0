import { BlockList, isIP } from "node:net";

/** What is known of a machine's names; a `Server` is one. */
export interface NamedMachine {
  readonly metadata: { readonly id: string; readonly name: string };
  readonly allocation?: Addresses | undefined;
  readonly status: Addresses;
}

interface Addresses {
  readonly privateIP?: string;
  readonly publicIP?: string;
}

/** What a machine's certificate vouches for. */
export interface MachineNames {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

/** One label of a host name, not a whole domain. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The names of a machine, from the store alone: its server's id and addresses, and its name when
 * it can be one. Tenants choose names and networks, so none may be the id of another server, or
 * what the daemon itself is reached by: with such a certificate a machine could pass for them.
 */
export function machineNames(machine: NamedMachine, reserved: MachineNames): MachineNames {
  const { metadata, allocation, status } = machine;
  const addresses = new Set(
    [allocation?.privateIP ?? status.privateIP, allocation?.publicIP ?? status.publicIP].filter(
      (address) => address !== undefined,
    ),
  );
  const isTaken = addressesIn(reserved.addresses);
  return {
    names: isFree(metadata.name, reserved.names) ? [metadata.id, metadata.name] : [metadata.id],
    addresses: [...addresses].filter((address) => !isTaken(address)),
  };
}

function isFree(name: string, reserved: readonly string[]): boolean {
  const lower = name.toLowerCase();
  if (!LABEL.test(name) || UUID.test(name) || isIP(name) !== 0 || lower === "localhost")
    return false;
  return !reserved.some((taken) => taken.toLowerCase() === lower);
}

function addressesIn(addresses: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const address of addresses) list.addAddress(address, familyOf(address));
  return (address) => isIP(address) === 0 || list.check(address, familyOf(address));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
