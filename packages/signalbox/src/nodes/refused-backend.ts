import type { GrpcError } from "@signalbox/grpc";
import {
  type Backend,
  type Envelope,
  metadataEnvelope,
  type OutgoingCall,
} from "@signalbox/grpc-proxy";

/** A machine that is not called: in a call to many its part is this error. */
export class RefusedBackend implements Backend {
  readonly name: string;
  readonly envelope: Envelope;
  readonly isConnected = true;
  readonly #error: GrpcError;

  constructor(name: string, error: GrpcError, envelope: Envelope = metadataEnvelope) {
    this.name = name;
    this.envelope = envelope;
    this.#error = error;
  }

  /** @throws GrpcError always */
  open(): OutgoingCall {
    throw this.#error;
  }
}
