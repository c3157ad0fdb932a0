import type { FrameWish, RawServerCall } from "@signalbox/grpc";
import type { OutgoingRequest } from "./backend.ts";

/** What a backend is told of a call. */
export function outgoingRequest(call: RawServerCall, wantsFrames: FrameWish): OutgoingRequest {
  return {
    path: call.path,
    metadata: call.metadata,
    authority: call.authority,
    encoding: call.encoding,
    deadlineMs: call.deadlineMs,
    wantsFrames,
  };
}
