import { GrpcError, type Metadata, type RawServerCall } from "@signalbox/grpc";
import {
  type Backend,
  ChannelBackend,
  type Director,
  type Envelope,
  metadataEnvelope,
  nodeMetadata,
  type Plan,
  wrappingEnvelope,
} from "@signalbox/grpc-proxy";
import type { CallGuard } from "./call-guard.ts";
import type { CallPlan, PlannedTarget } from "./call-plan.ts";
import type { NodeChannels } from "./node-channels.ts";
import type { PlanCall } from "./plan-call.ts";
import { RefusedBackend } from "./refused-backend.ts";

export interface NodeDirectorOptions {
  readonly guard: CallGuard;
  readonly planCall: PlanCall;
  readonly channels: NodeChannels;
}

/** Sends calls on as they were planned. */
export function nodeDirector({ guard, planCall, channels }: NodeDirectorOptions): Director {
  return (call: RawServerCall): Plan => {
    const { caller, record } = guard.admissionOf(call);
    const plan = planCall(caller, call);
    record.notePlan(plan);
    // Once for all targets: each would read the names of all the others.
    const { authority } = call;
    const metadata = nodeMetadata(call.metadata, { authority, roles: plan.roles });
    const backends = plan.targets.map((target) => backendOf(target, plan, channels, metadata));
    const { mode, wishes } = plan;
    const onDone: NonNullable<Plan["onDone"]> = (outcomes) => record.nodesEnded(outcomes);
    if (mode === "one-to-one") return { mode, backends, onDone };
    return { mode, backends, order: wishes.order, completion: wishes.completion, onDone };
  };
}

function backendOf(
  target: PlannedTarget,
  plan: CallPlan,
  channels: NodeChannels,
  outgoing: Metadata,
): Backend {
  const { name, agent } = target;
  const envelope: Envelope = plan.wishes.isWrapped ? wrappingEnvelope : metadataEnvelope;
  if (agent instanceof GrpcError) return new RefusedBackend(name, agent, envelope);
  const metadata = (): Metadata => outgoing;
  return new ChannelBackend({ name, channel: channels.get(agent), envelope, metadata });
}
