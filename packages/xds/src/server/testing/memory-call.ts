import { create, toBinary } from "@bufbuild/protobuf";
import {
  DeltaDiscoveryRequestSchema,
  DiscoveryRequestSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import {
  type CallOutcome,
  GrpcError,
  type GrpcStatus,
  Metadata,
  type Peer,
  type RawCallListener,
  type RawServerCall,
} from "@signalbox/grpc";
import { MemoryPort } from "../../stream/testing/memory-port.ts";
import type { XdsServer } from "../xds-server.ts";

/** A call in memory, from the client's side: what the transport does, the test does. */
export class MemoryCall extends MemoryPort implements RawServerCall {
  readonly service: string;
  readonly method: string;
  readonly authority = "test";
  readonly userAgent = "";
  readonly metadata: Metadata = Metadata.empty;
  readonly peer = { address: "127.0.0.1" } as Peer;
  readonly encoding = "identity";
  readonly acceptedEncodings: readonly string[] = [];
  readonly signal: AbortSignal = new AbortController().signal;
  readonly deadlineMs = undefined;
  readonly timeLeftMs = undefined;
  readonly bufferedBytes = 0;
  isPaused = false;
  status: GrpcStatus | undefined;
  #listener: RawCallListener | undefined;
  #isClosed = false;

  constructor(server: XdsServer, service: string, method: string) {
    super();
    this.service = service;
    this.method = method;
    const route = server.services.find(({ name }) => name === service)?.methods[method];
    if (typeof route !== "function") throw new Error(`no ${service}/${method}`);
    this.#listener = route(this);
    if (this.isEnded) this.#close();
  }

  get path(): string {
    return `/${this.service}/${this.method}`;
  }

  get isEnded(): boolean {
    return this.status !== undefined;
  }

  sendHeaders(): void {}

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(status: GrpcStatus): void {
    this.status ??= status;
    if (this.#listener !== undefined) this.#close();
  }

  fail(error: unknown): void {
    this.end(GrpcError.from(error));
  }

  /** The client sends these bytes, and leaves them to the server. */
  deliver({ buffer, byteOffset, byteLength }: Uint8Array): void {
    if (!this.#isClosed) this.#listener?.onMessage(Buffer.from(buffer, byteOffset, byteLength));
  }

  sotw(init: SotwInit): void {
    this.deliver(toBinary(DiscoveryRequestSchema, create(DiscoveryRequestSchema, init)));
  }

  delta(init: DeltaInit): void {
    this.deliver(toBinary(DeltaDiscoveryRequestSchema, create(DeltaDiscoveryRequestSchema, init)));
  }

  halfClose(): void {
    this.#listener?.onHalfClose();
  }

  /** The connection is lost. */
  disconnect(): void {
    this.#close({ end: "disconnected", status: { code: 1, message: "" } });
  }

  #close(
    outcome: CallOutcome = { end: "finished", status: this.status ?? { code: 0, message: "" } },
  ): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener?.onClose(outcome);
  }
}

type SotwInit = Parameters<typeof create<typeof DiscoveryRequestSchema>>[1];
type DeltaInit = Parameters<typeof create<typeof DeltaDiscoveryRequestSchema>>[1];
