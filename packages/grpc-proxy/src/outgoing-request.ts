import type { MessageForm, RawServerCall } from "@signalbox/grpc";
import type { OutgoingRequest } from "./backend.ts";

/** What a backend is told of a call. */
export function outgoingRequest(call: RawServerCall, messages: MessageForm): OutgoingRequest {
  return {
    path: call.path,
    metadata: call.metadata,
    authority: call.authority,
    encoding: call.encoding,
    deadlineMs: call.deadlineMs,
    messages,
  };
}
