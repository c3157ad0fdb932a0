import {
  GrpcError,
  Metadata,
  type MetadataEntry,
  serviceOf,
  type TypedService,
} from "@signalbox/grpc";
import {
  Explain,
  ExplainResponse_Mode,
  type ExplainRequest,
} from "#gen/signalbox/node/v1/explain_pb.js";
import { isStreamed } from "../node-api/method-facts.ts";
import { rolesAllowed } from "../node-api/rule-table.ts";
import type { CallPlan, PlannedTarget } from "./call-plan.ts";
import { callerOf, type Caller } from "./caller.ts";
import type { PlanCall, PlannedRequest } from "./plan-call.ts";

/** Tells what a call would come to: the same plan that the call itself would follow. */
export function explainService(planCall: PlanCall): TypedService {
  return serviceOf(Explain, {
    explain: (request, { peer, metadata }) => {
      const caller = callerOf(peer, metadata);
      const { method } = request;
      return {
        ...explained(planCall, caller, { path: method, metadata: metadataOf(request) }),
        roles: [...caller.roles.names],
        rolesAllowed: [...rolesAllowed(method)],
        streamed: isStreamed(method),
      };
    },
  });
}

function explained(planCall: PlanCall, caller: Caller, request: PlannedRequest) {
  try {
    const plan = planCall(caller, request);
    return { mode: modeOf(plan), targets: plan.targets.map(explainedTarget) };
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
    return { mode: ExplainResponse_Mode.REFUSED, refusal: refusalOf(error) };
  }
}

function modeOf({ mode }: CallPlan): ExplainResponse_Mode {
  return mode === "one-to-one" ? ExplainResponse_Mode.ONE_TO_ONE : ExplainResponse_Mode.ONE_TO_MANY;
}

function explainedTarget({ name, serverId = "", agent }: PlannedTarget) {
  if (agent instanceof GrpcError) return { name, serverId, refusal: refusalOf(agent) };
  return { name, serverId, dial: agent.agentAddress, identity: agent.identity };
}

function refusalOf({ code, message }: GrpcError): { code: number; message: string } {
  return { code, message };
}

function metadataOf(request: ExplainRequest): Metadata {
  const { nodes, node, order, completion, envelope } = request;
  const given: readonly MetadataEntry[] = [
    ["node", node],
    ["node-order", order],
    ["node-completion", completion],
    ["node-envelope", envelope],
  ];
  const several = nodes.map((name): MetadataEntry => ["nodes", name]);
  return Metadata.of([...several, ...given.filter(([, value]) => value !== "")]);
}
