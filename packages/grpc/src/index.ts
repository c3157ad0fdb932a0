// The server.
export {
  createGrpcServer,
  GrpcServer,
  type ListenAddress,
  type ListenOptions,
} from "./server/grpc-server.ts";
export type {
  Authorize,
  ConnectionTimes,
  GrpcServerOptions,
  ServerLimits,
} from "./server/server-options.ts";
export type { TlsMaterial, TlsOptions } from "./server/tls-options.ts";
export {
  type FoundRoute,
  type RawRoute,
  type RawService,
  Router,
  type RouterOptions,
} from "./server/router.ts";
export type {
  CallEnd,
  CallOutcome,
  RawCallListener,
  RawHandler,
  RawServerCall,
  SendHeadersOptions,
} from "./server/raw-call.ts";

// The client.
export { Channel } from "./client/channel.ts";
export type {
  ChannelLimits,
  ChannelOptions,
  ChannelTimes,
  Lookup,
} from "./client/channel-options.ts";
export type { ChannelState } from "./client/channel-state.ts";
export type { ClientTlsMaterial, ClientTlsOptions } from "./client/client-tls.ts";
export type {
  ClientOutcome,
  OpenOptions,
  RawClientCall,
  RawClientListener,
} from "./client/raw-client-call.ts";

// What goes over the wire.
export { encodeFrame, FRAME_HEADER_BYTES, type MessageFrame, type WireFrame } from "./frame.ts";
export { type FrameFault, FrameReader } from "./frame-reader.ts";
export type { MessageForm } from "./message-form.ts";
export { GrpcError, type GrpcErrorOptions } from "./grpc-error.ts";
export { type GrpcStatus, OK_STATUS, status } from "./grpc-status.ts";
export { Metadata, type MetadataEntry } from "./metadata.ts";
export { isStatusCode, STATUS, type StatusCode, statusName } from "./status.ts";
export { Peer, type PeerFacts } from "./peer.ts";
export { type CertificateIdentity, identityOf } from "./certificate-identity.ts";

// Services with a schema.
export type { CallContext } from "./service/call-context.ts";
export type {
  BidiStreamingMethod,
  ClientStreamingMethod,
  MethodImplementation,
  ServerStreamingMethod,
  ServiceImplementation,
  UnaryMethod,
} from "./service/implementation.ts";
export { serviceOf, type TypedService } from "./service/service-of.ts";
export { clientOf } from "./client/client-of.ts";
export type {
  BidiStreamingCall,
  CallOptions,
  Client,
  ClientStreamingCall,
  ServerStreamingCall,
  UnaryCall,
} from "./client/typed-client.ts";
export type { CallOpener } from "./client/typed-client-call.ts";
export { Health } from "./health/health.ts";
export { reflectionOf } from "./reflection/reflection.ts";
export { createServerMetrics } from "./server/server-metrics.ts";
