import { GrpcError, type Metadata, STATUS } from "@signalbox/grpc";
import { hasEnvelope } from "../node-api/method-facts.ts";
import { mayCall, NOT_AUTHORIZED } from "../node-api/rule-table.ts";
import { parseSelector } from "../node-api/selector.ts";
import type { AllowedAddresses } from "./allowed-addresses.ts";
import type { AgentPlace, CallPlan, PlannedTarget } from "./call-plan.ts";
import { type CallWishes, readWishes } from "./call-wishes.ts";
import type { Caller } from "./caller.ts";
import { isInvalidTarget } from "./dial-address.ts";
import { findTargets, type Target } from "./find-targets.ts";
import type { AgentAddressOf, Node } from "./node.ts";
import type { NodeDirectory } from "./node-directory.ts";
import { type Route, routeCall } from "./routing.ts";

/** What calls are planned from. */
export interface CallPlanSources {
  /** The directory as it is now. */
  readonly directory: () => NodeDirectory;
  readonly agentAddress: AgentAddressOf;
  readonly allowed: AllowedAddresses;
  /** Machines that one call may go to, each time one is named counted. */
  readonly maxNodes: number;
  /** True: a machine that is named twice is called once. */
  readonly dropsDuplicates: boolean;
}

/** What of a call decides where it goes. */
export interface PlannedRequest {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly metadata: Metadata;
}

/** Plans the calls of one daemon. */
export type PlanCall = (caller: Caller, request: PlannedRequest) => CallPlan;

/**
 * Plans a call: its way (node-api §3.1), the caller's right to it (§3.2), its machines. One that is
 * not there or not allowed is a part of the plan of a call to many. Pure, but for what it reads of
 * the store.
 *
 * @throws GrpcError when the whole call comes to nothing
 */
export function planCall(
  sources: CallPlanSources,
  caller: Caller,
  { path, metadata }: PlannedRequest,
): CallPlan {
  const wishes = readWishes(metadata);
  const canFanOut = wishes.isWrapped || hasEnvelope(path);
  const { allowed } = sources;
  const isInvalid = (target: string): boolean =>
    isInvalidTarget(target) && allowed.loopbackPlace(target) === undefined;
  const route = routeCall({ path, metadata, canFanOut }, isInvalid);
  const targets = mayCall(path, caller.roles)
    ? plannedTargets(route, caller, sources)
    : refuseAll(namesOf(route));
  return planOf(route, targets, caller, wishes);
}

function plannedTargets(
  route: Route,
  caller: Caller,
  { directory, allowed, maxNodes, dropsDuplicates, agentAddress }: CallPlanSources,
): readonly PlannedTarget[] {
  const sources = { directory: directory(), allowed, caller };
  const names = namesOf(route);
  checkCount(names.length, maxNodes);
  const found = withoutRepeatedSelectors(names).flatMap((name) => findTargets(name, sources));
  const targets = withoutRepeats(found, dropsDuplicates);
  checkCount(targets.length, maxNodes);
  if (route.type === "one" && targets.length > 1) throw severalForOne(names, targets);
  return targets.map((target) => plannedTarget(target, agentAddress));
}

function plannedTarget(target: Target, agentAddress: AgentAddressOf): PlannedTarget {
  const { name } = target;
  switch (target.type) {
    case "refused":
      return { name, serverId: undefined, agent: target.error };
    case "address":
      return {
        name,
        serverId: undefined,
        agent: { agentAddress: target.agentAddress, identity: target.address },
      };
    case "node":
      return { name, serverId: target.node.serverId, agent: agentOf(target.node, agentAddress) };
  }
}

function agentOf(node: Node, agentAddressOf: AgentAddressOf): AgentPlace | GrpcError {
  const agentAddress = agentAddressOf(node);
  if (agentAddress !== undefined) return { agentAddress, identity: node.serverId };
  const text = `machine ${node.name} (${node.serverId}) cannot be reached: it does not run, or its region has no way to its agent`;
  return new GrpcError(STATUS.UNAVAILABLE, text);
}

/** @throws GrpcError when the call has no machine to go to */
function planOf(
  route: Route,
  targets: readonly PlannedTarget[],
  caller: Caller,
  wishes: CallWishes,
): CallPlan {
  const { names: roles } = caller.roles;
  if (route.type === "many") return { mode: "one-to-many", roles, targets, wishes };
  const [target] = targets;
  if (target === undefined) throw noNode();
  if (target.agent instanceof GrpcError) throw target.agent;
  return { mode: "one-to-one", roles, targets, wishes };
}

function namesOf(route: Route): readonly string[] {
  switch (route.type) {
    case "local":
      return [];
    case "one":
      return [route.target];
    case "many":
      return route.targets;
  }
}

function refuseAll(names: readonly string[]): readonly PlannedTarget[] {
  const agent = new GrpcError(STATUS.PERMISSION_DENIED, NOT_AUTHORIZED);
  // A call without any machine is refused as well, rather than told how to name one.
  if (names.length === 0) throw agent;
  return names.map((name) => ({ name, serverId: undefined, agent }));
}

/** A machine is called as often as it is named; one that is there already is not selected again. */
function withoutRepeats(targets: readonly Target[], dropsNamed: boolean): readonly Target[] {
  const seen = new Set<string>();
  return targets.filter((target) => {
    const key = identityOf(target);
    const isRepeated = seen.has(key);
    seen.add(key);
    const isDroppable = dropsNamed || (target.type === "node" && target.isSelected);
    return !(isRepeated && isDroppable);
  });
}

function identityOf(target: Target): string {
  switch (target.type) {
    case "node":
      return `node ${target.node.serverId}`;
    case "address":
      return `address ${target.agentAddress}`;
    case "refused":
      return `name ${target.name}`;
  }
}

/** So many machines are told by name. */
const MAX_SHOWN = 10;

/** Each looks at every machine there is: two thousand of them would hold up all other callers. */
const MAX_SELECTORS = 100;

/** What was selected once is not selected again; looking anew would be for nothing. */
function withoutRepeatedSelectors(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const kept = names.filter((name) => {
    if (parseSelector(name) === undefined) return true;
    const isRepeated = seen.has(name);
    seen.add(name);
    return !isRepeated;
  });
  if (seen.size <= MAX_SELECTORS) return kept;
  const text = `the call has ${seen.size} selectors; ${MAX_SELECTORS} is the most`;
  throw new GrpcError(STATUS.INVALID_ARGUMENT, text);
}

function checkCount(count: number, max: number): void {
  if (count <= max) return;
  const text = `the call is for ${count} machines; ${max} is the most`;
  throw new GrpcError(STATUS.INVALID_ARGUMENT, text);
}

/** Some clients can send nothing but "node": they are told what to name instead. */
function severalForOne(names: readonly string[], targets: readonly Target[]): GrpcError {
  const shown = targets.slice(0, MAX_SHOWN).map(({ name }) => name);
  const more = targets.length - shown.length;
  const list = more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
  const text = `"${names.join()}" selects ${targets.length} machines, and "node" is for one; send it as "nodes", or name them: ${list}`;
  return new GrpcError(STATUS.INVALID_ARGUMENT, text);
}

/** The machine that the daemon runs on is not one of those that callers were granted. */
function noNode(): GrpcError {
  const text =
    'no machine is named; set "node" to one machine, or "nodes" to several (id, address, name, network/name, tag=NAME=VALUE, network=NAME or all)';
  return new GrpcError(STATUS.FAILED_PRECONDITION, text);
}
