import type { Store } from "@signalbox/store";
import { SERVER } from "../../model/kinds.ts";
import type { ServerRef } from "../../providers/provider.ts";

/**
 * The machines that no server stands for any more.
 *
 * `machines` must have been listed before: a machine is made only for a server that is stored
 * already, so whatever is missing now has been deleted. The store is asked in a transaction, which
 * sees the latest state on every backend.
 */
export async function findOrphans(
  store: Store,
  machines: readonly ServerRef[],
): Promise<readonly ServerRef[]> {
  if (machines.length === 0) return [];
  const { result } = await store.transact((tx) =>
    machines.filter(({ id, incarnation }) => {
      const server = tx.get(SERVER, id)?.value;
      return server?.incarnation !== incarnation;
    }),
  );
  return result;
}
