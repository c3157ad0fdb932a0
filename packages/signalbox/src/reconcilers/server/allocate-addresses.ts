import type { Store, Transaction } from "@signalbox/store";
import type { Flavor } from "../../model/flavor.ts";
import type { Ipv4Range } from "../../model/ipv4.ts";
import { SERVER } from "../../model/kinds.ts";
import { FINALIZER } from "../../model/metadata.ts";
import type { Server } from "../../model/server.ts";
import { withFinalizer } from "../finalizer.ts";
import { macAddressOf } from "./mac-address.ts";
import { pickAddress } from "./pick-address.ts";

export interface AddressPools {
  /** Of the server's network. */
  readonly private: Ipv4Range;
  /** Of its region; undefined when it gives none. */
  readonly public: Ipv4Range | undefined;
}

export type AllocationOutcome =
  | {
      readonly type: "allocated";
      readonly server: Server;
      readonly allocation: NonNullable<Server["allocation"]>;
    }
  /** The server is gone, or is another one by now. */
  | { readonly type: "gone" }
  | { readonly type: "exhausted"; readonly pool: "private" | "public" };

/**
 * Holds for a server what it keeps for life: a private address that no other server of its network
 * has, a MAC address, its flavor; and a public address while it asks for one. The search and the
 * write are one transaction, so two servers never get one address.
 */
export async function allocateAddresses(
  store: Store,
  server: Server,
  flavor: Flavor,
  pools: AddressPools,
): Promise<AllocationOutcome> {
  const { allocation } = server;
  if (allocation !== undefined && isComplete(server, pools)) {
    return { type: "allocated", server, allocation };
  }
  const { result } = await store.transact((tx) => allocateIn(tx, server, flavor, pools));
  return result;
}

function isComplete(server: Server, pools: AddressPools): boolean {
  return (
    server.metadata.finalizers.includes(FINALIZER) &&
    (server.allocation?.publicIP !== undefined || !wantsPublic(server, pools))
  );
}

function wantsPublic(server: Server, pools: AddressPools): boolean {
  return server.spec.networking.publicIP === true && pools.public !== undefined;
}

function allocateIn(
  tx: Transaction,
  { metadata: { id }, incarnation }: Server,
  flavor: Flavor,
  pools: AddressPools,
): AllocationOutcome {
  const server = tx.get(SERVER, id)?.value;
  if (server === undefined || server.incarnation !== incarnation) return { type: "gone" };
  const { allocation, networkId, regionId } = server;
  const privateIP =
    allocation?.privateIP ??
    pickAddress(pools.private, id, isTaken(tx, "privateAddress", networkId));
  if (privateIP === undefined) return { type: "exhausted", pool: "private" };
  const publicIP =
    allocation?.publicIP ??
    (wantsPublic(server, pools) && pools.public !== undefined
      ? pickAddress(pools.public, id, isTaken(tx, "publicAddress", regionId))
      : undefined);
  if (publicIP === undefined && wantsPublic(server, pools)) {
    return { type: "exhausted", pool: "public" };
  }
  const held = {
    privateIP,
    macAddress: allocation?.macAddress ?? macAddressOf(id, incarnation),
    flavor: allocation?.flavor ?? flavor,
    ...(publicIP === undefined ? {} : { publicIP }),
  };
  const next = withFinalizer({ ...server, allocation: held });
  tx.update(SERVER, id, next);
  return { type: "allocated", server: next, allocation: held };
}

function isTaken(
  tx: Transaction,
  index: "privateAddress" | "publicAddress",
  scope: string,
): (address: string) => boolean {
  return (address) =>
    tx.list(SERVER, { index: { name: index, value: `${scope}/${address}` }, limit: 1 }).items
      .length > 0;
}
