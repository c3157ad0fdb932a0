import { GrpcError, STATUS } from "@signalbox/grpc";
import { parseSelector, type Selector } from "../node-api/selector.ts";
import type { AllowedAddresses } from "./allowed-addresses.ts";
import { type Caller, sees } from "./caller.ts";
import { addressOf, dialAddress } from "./dial-address.ts";
import { isSelected } from "./is-selected.ts";
import type { Node } from "./node.ts";
import type { NodeDirectory } from "./node-directory.ts";

/** What one target of a call turned out to be. */
export type Target =
  | {
      readonly type: "node";
      readonly name: string;
      readonly node: Node;
      /** By a selector, not by a name of its own. */
      readonly isSelected: boolean;
    }
  /** A machine that the store does not know, at an address that was allowed. */
  | {
      readonly type: "address";
      readonly name: string;
      readonly address: string;
      readonly agentAddress: string;
    }
  | { readonly type: "refused"; readonly name: string; readonly error: GrpcError };

/** What targets are looked up in. */
export interface TargetSources {
  readonly directory: NodeDirectory;
  readonly allowed: AllowedAddresses;
  readonly caller: Caller;
}

/** An ambiguous name is answered with so many candidates. */
const MAX_CANDIDATES = 10;

/**
 * Finds the machines that one target means: a selector's all, in the order of their names, or
 * exactly one. What the caller may not see is not there.
 *
 * @throws GrpcError INVALID_ARGUMENT for a name of several machines, and for a list in one field
 */
export function findTargets(target: string, sources: TargetSources): readonly Target[] {
  const selector = parseSelector(target);
  if (selector !== undefined) return selectedTargets(target, selector, sources);
  return [oneTarget(target, sources)];
}

function selectedTargets(
  target: string,
  selector: Selector,
  { directory, caller }: TargetSources,
): readonly Target[] {
  const nodes = directory.nodes.filter((node) => isSelected(selector, node) && sees(caller, node));
  if (nodes.length === 0) return [missingTarget(target, `no machine is selected by "${target}"`)];
  const nameOf = distinctNames(nodes);
  return nodes.map((node) => ({ type: "node", name: nameOf(node), node, isSelected: true }));
}

function oneTarget(target: string, sources: TargetSources): Target {
  const { directory, allowed, caller } = sources;
  const address = addressOf(target);
  const candidates = nodesNamed(target, address, directory).filter((node) => sees(caller, node));
  const [node, ...others] = candidates;
  if (others.length > 0) throw ambiguousName(target, candidates);
  if (node !== undefined) return { type: "node", name: target, node, isSelected: false };
  // What is at such an address belongs to no project.
  if (caller.scopes === undefined) {
    if (address !== undefined && allowed.has(address)) {
      return { type: "address", name: target, address, agentAddress: dialAddress(address) };
    }
    const place = allowed.loopbackPlace(target);
    if (place !== undefined) {
      const { host, port } = place;
      return {
        type: "address",
        name: target,
        address: host,
        agentAddress: dialAddress(host, port),
      };
    }
  }
  if (target.includes(",")) throw joinedNames(target);
  return missingTarget(target, `no machine "${target}" has enrolled`);
}

function nodesNamed(
  target: string,
  address: string | undefined,
  directory: NodeDirectory,
): readonly Node[] {
  const byId = directory.byId(target);
  if (byId !== undefined) return [byId];
  return address === undefined ? directory.byName(target) : directory.byAddress(address);
}

/** Machines of one name in several networks are told apart. */
function distinctNames(nodes: readonly Node[]): (node: Node) => string {
  const counts = new Map<string, number>();
  for (const { name } of nodes) counts.set(name, (counts.get(name) ?? 0) + 1);
  return (node) => (counts.get(node.name) === 1 ? node.name : qualifiedName(node));
}

/** Networks of different projects may have one name; ids are always right. */
function qualifiedName({ name, networkId, networkName }: Node): string {
  return `${networkName ?? networkId}/${name}`;
}

function missingTarget(name: string, text: string): Target {
  return { type: "refused", name, error: new GrpcError(STATUS.NOT_FOUND, text) };
}

function ambiguousName(target: string, candidates: readonly Node[]): GrpcError {
  const shown = candidates
    .slice(0, MAX_CANDIDATES)
    .map((node) => `${qualifiedName(node)} (${node.serverId})`);
  const more = candidates.length - shown.length;
  const list = more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
  return new GrpcError(STATUS.INVALID_ARGUMENT, `"${target}" is ambiguous: ${list}`);
}

function joinedNames(target: string): GrpcError {
  const text = `"${target}" is no machine; give each machine of a list in a "nodes" field of its own`;
  return new GrpcError(STATUS.INVALID_ARGUMENT, text);
}
