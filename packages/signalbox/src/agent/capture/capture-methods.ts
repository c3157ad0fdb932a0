import type { MachineMethods } from "../machine-methods.ts";
import { capturePackets, type PacketCaptureDeps } from "./packet-capture.ts";

/** PacketCapture. */
export function captureMethods(deps: PacketCaptureDeps): MachineMethods {
  return { packetCapture: (request, { signal }) => capturePackets(deps, request, signal) };
}
