import type { CallContext } from "@signalbox/grpc";
import { RebootRequest_Mode } from "#gen/machine/power_pb.js";
import type { MachineMethods } from "../machine-methods.ts";
import type { AcceptedOrder, PowerOrder, PowerSequence } from "./power-sequence.ts";

/**
 * Reboot and Shutdown: answered first, carried out when the answer is out (node-api §4.2). A power
 * cycle is a reboot: no machine can cut its own power. A forced shutdown is none but a shutdown,
 * as nothing here could refuse one.
 */
export function powerMethods(sequence: PowerSequence): MachineMethods {
  const answer = (order: PowerOrder, context: CallContext): { messages: { actorId: string }[] } => {
    const accepted = sequence.accept(order);
    beginWhenOver(accepted, context.signal);
    return { messages: [{ actorId: accepted.actorId }] };
  };
  return {
    reboot: ({ mode }, context) =>
      answer({ kind: "reboot", isForced: mode === RebootRequest_Mode.FORCE }, context),
    shutdown: (_request, context) => answer({ kind: "shutdown" }, context),
  };
}

function beginWhenOver({ begin }: AcceptedOrder, signal: AbortSignal): void {
  if (signal.aborted) void begin();
  else signal.addEventListener("abort", () => void begin(), { once: true });
}
