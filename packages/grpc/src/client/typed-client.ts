import type {
  DescMessage,
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { Metadata } from "../metadata.ts";

/** How one call is made. All have defaults. */
export interface CallOptions {
  /** Request metadata. @default none */
  readonly metadata?: Metadata;
  /** Patience from now on. @default without end */
  readonly timeoutMs?: number | undefined;
  /** The same as a moment on the clock's `monotonic()`; the earlier of both counts. */
  readonly deadlineMs?: number | undefined;
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined;
  /** True: the call waits while the channel cannot connect, instead of failing. @default false */
  readonly waitForReady?: boolean;
  /** True: requests of some size are packed with gzip. @default false */
  readonly packs?: boolean;
  /** Gets the response headers; not called for a call that ends without any. */
  readonly onHeaders?: (headers: Metadata) => void;
  /** Gets the trailers, behind the last response; those of a failure are in its GrpcError too. */
  readonly onTrailers?: (trailers: Metadata) => void;
}

/** One request, one response. @throws GrpcError */
export type UnaryCall<I extends DescMessage, O extends DescMessage> = (
  request: MessageInitShape<I>,
  options?: CallOptions,
) => Promise<MessageShape<O>>;

/**
 * One request, many responses. The call begins at once; what is not read holds the server back.
 * Leaving the loop early cancels the call. Read once. @throws GrpcError while reading
 */
export type ServerStreamingCall<I extends DescMessage, O extends DescMessage> = (
  request: MessageInitShape<I>,
  options?: CallOptions,
) => AsyncIterable<MessageShape<O>>;

/** Many requests, one response. The next request is asked for when there is room. @throws GrpcError */
export type ClientStreamingCall<I extends DescMessage, O extends DescMessage> = (
  requests: AsyncIterable<MessageInitShape<I>>,
  options?: CallOptions,
) => Promise<MessageShape<O>>;

/** Many requests, many responses, in any order; see the two above. */
export type BidiStreamingCall<I extends DescMessage, O extends DescMessage> = (
  requests: AsyncIterable<MessageInitShape<I>>,
  options?: CallOptions,
) => AsyncIterable<MessageShape<O>>;

/** The function that calls a method. */
export type MethodCall<M extends DescMethod> =
  M extends DescMethodUnary<infer I, infer O>
    ? UnaryCall<I, O>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? ServerStreamingCall<I, O>
      : M extends DescMethodClientStreaming<infer I, infer O>
        ? ClientStreamingCall<I, O>
        : M extends DescMethodBiDiStreaming<infer I, infer O>
          ? BidiStreamingCall<I, O>
          : never;

/** A function a method, by its local name (`sayHello`). */
export type Client<S extends DescService> = {
  readonly [M in keyof S["method"]]: MethodCall<S["method"][M]>;
};
