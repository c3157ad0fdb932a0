import type { MachineMethods } from "../machine-methods.ts";
import { untilEither } from "../until-either.ts";
import { capturePackets, type PacketCaptureDeps } from "./packet-capture.ts";

/** PacketCapture, until the agent stops. */
export function captureMethods(deps: PacketCaptureDeps, stopping: AbortSignal): MachineMethods {
  return {
    packetCapture: (request, context) =>
      untilEither(context.signal, stopping, (signal) => capturePackets(deps, request, signal)),
  };
}
