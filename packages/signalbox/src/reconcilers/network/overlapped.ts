import { type ControllerInput, defineInput } from "@signalbox/controller";
import type { Change, Reader } from "@signalbox/store";
import { findCondition } from "../../model/condition.ts";
import { NETWORK } from "../../model/kinds.ts";
import type { Network } from "../../model/network.ts";
import { overlappingNetworks } from "../../model/network-overlap.ts";

/** The networks of the same project that share addresses with this one. */
export function overlappedBy(store: Reader, network: Network): readonly Network[] {
  const index = { name: "project", value: network.metadata.projectId };
  const ofProject = store.list(NETWORK, { index }).items.map(({ value }) => value);
  return overlappingNetworks(network, ofProject);
}

/** An input that has another look at the networks that one overlaps when it comes or goes. */
export function overlappedInput(store: Reader): ControllerInput {
  return defineInput(NETWORK, (change) => {
    const network = comingOrGoing(change);
    return network === undefined
      ? []
      : overlappedBy(store, network).map(({ metadata }) => metadata.id);
  });
}

/** A prefix never changes, so nothing else moves an overlap. */
function comingOrGoing(change: Change<Network>): Network | undefined {
  switch (change.type) {
    case "created": {
      const network = change.resource.value;
      // At the start everything is shown as created; all networks get a look of their own then.
      const isNew = findCondition(network.metadata.conditions, "Available") === undefined;
      return isNew ? network : undefined;
    }
    case "updated": {
      const before = change.previous.value;
      const network = change.resource.value;
      const isLeaving = before.metadata.deletedAt === undefined && network.metadata.deletedAt;
      return isLeaving ? network : undefined;
    }
    case "deleted":
      return undefined;
  }
}
