export { appendToReply, appendToStreamed, hostnameMetadata } from "./envelope/append-info.ts";
export { buildError } from "./envelope/build-error.ts";
export { codeName } from "./envelope/code-name.ts";
export {
  failureOfStatus,
  failureOfText,
  failureOfThrown,
  type NodeFailure,
} from "./envelope/node-failure.ts";
export {
  type Envelope,
  metadataEnvelope,
  noEnvelope,
  wrappingEnvelope,
} from "./envelope/envelope.ts";
export type { Completion } from "./fan-out/completion.ts";
export type { ReplyOrder } from "./fan-out/collected-replies.ts";
export { NODE_STATUS, type NodeOutcome } from "./fan-out/node-status.ts";
export type {
  Backend,
  OutgoingCall,
  OutgoingListener,
  OutgoingOutcome,
  OutgoingRequest,
} from "./backend.ts";
export { type CallOrigin, localMetadata, nodeMetadata } from "./outgoing-metadata.ts";
export type { Director, OneToMany, OneToOne, Plan } from "./plan.ts";
export { ChannelBackend, type ChannelBackendOptions } from "./channel-backend.ts";
export { createProxy } from "./proxy.ts";
export type { ProxyLimits, ProxyOptions } from "./proxy-options.ts";
