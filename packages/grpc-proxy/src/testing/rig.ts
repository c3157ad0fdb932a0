import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import type { TestContext } from "node:test";
import {
  Client,
  credentials,
  Metadata as JsMetadata,
  type ServiceError,
  type CallOptions,
  type ClientDuplexStream,
} from "@grpc/grpc-js";
import {
  Channel,
  type ChannelOptions,
  createGrpcServer,
  GrpcError,
  type GrpcServer,
  type RawCallListener,
  type RawServerCall,
  Router,
  STATUS,
} from "@signalbox/grpc";
import { ChannelBackend } from "../channel-backend.ts";
import type { Envelope } from "../envelope/envelope.ts";
import type { OneToMany, Plan } from "../plan.ts";
import { createProxy } from "../proxy.ts";
import type { ProxyOptions } from "../proxy-options.ts";
import { CountingClock } from "./counting-clock.ts";
import { until } from "./until.ts";

const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/** A server for one test; when it is over, nothing of it may be left. */
export async function useServer(
  t: TestContext,
  unknown: NonNullable<ConstructorParameters<typeof Router>[0]["unknown"]>,
): Promise<{ readonly server: GrpcServer; readonly address: string }> {
  const server = createGrpcServer({
    router: new Router({ unknown }),
    limits: { maxMessageBytes: MAX_MESSAGE_BYTES },
  });
  t.after(async () => {
    await server.close();
    const { connections, calls, timers } = server;
    assert.deepEqual({ connections, calls, timers }, { connections: 0, calls: 0, timers: 0 });
  });
  const { port } = await server.listen({ port: 0 });
  return { server, address: `127.0.0.1:${port}` };
}

/** A listener of which only some parts matter. */
export function listener(parts: Partial<RawCallListener>): RawCallListener {
  return {
    onMessage: () => {},
    onHalfClose: () => {},
    onDrain: () => {},
    onClose: () => {},
    ...parts,
  };
}

/** A port that takes connections and never says a word. */
export async function useBlackHole(t: TestContext): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return `127.0.0.1:${address.port}`;
}

/** What a test chooses of the proxy. */
export interface RigOptions {
  readonly proxy?: Partial<Omit<ProxyOptions, "director">>;
  readonly plan?: Partial<Omit<OneToMany, "mode" | "backends">>;
  readonly envelope?: Envelope;
  readonly channel?: ChannelOptions;
}

/**
 * A proxy on a socket of its own, before any servers: `node: HOST:PORT` in a call's metadata goes
 * to one, `nodes`, repeated, to many. When the test is over, no call, stream, connection or timer of it may be left.
 */
export class Rig {
  readonly #channels: Map<string, Channel>;
  readonly #options: RigOptions;
  readonly address: string;
  readonly server: GrpcServer;

  private constructor(
    served: { readonly server: GrpcServer; readonly address: string },
    channels: Map<string, Channel>,
    options: RigOptions,
  ) {
    this.#channels = channels;
    this.#options = options;
    this.server = served.server;
    this.address = served.address;
  }

  static async use(t: TestContext, options: RigOptions = {}): Promise<Rig> {
    const channels = new Map<string, Channel>();
    const clock = new CountingClock();
    t.after(async () => {
      await until(() => rig?.server.calls === 0);
      assert.equal(clock.timers, 0, "timers of the proxy");
      for (const channel of channels.values()) {
        await until(() => channel.calls === 0);
        await channel.close(1);
        const { connections, streams, timers } = channel;
        assert.deepEqual(
          { connections, streams, timers },
          { connections: 0, streams: 0, timers: 0 },
        );
      }
    });
    let rig: Rig | undefined;
    const director = (call: RawServerCall): Plan => {
      assert.ok(rig !== undefined);
      return rig.#plan(call);
    };
    const served = await useServer(t, createProxy({ clock, ...options.proxy, director }));
    rig = new Rig(served, channels, options);
    return rig;
  }

  /** Calls that run on the channels towards the servers. */
  get outgoingCalls(): number {
    return this.#channels.values().reduce((sum, { calls }) => sum + calls, 0);
  }

  #plan({ metadata }: RawServerCall): Plan {
    if (metadata.get("reject") !== undefined) {
      throw new GrpcError(STATUS.PERMISSION_DENIED, "rejected by the director");
    }
    const nodes = metadata.getAll("nodes");
    const backends = [...nodes, ...metadata.getAll("node")].map((name) => this.#backend(name));
    if (nodes.length === 0) return { mode: "one-to-one", backends };
    return { mode: "one-to-many", backends, ...this.#options.plan };
  }

  #backend(name: string): ChannelBackend {
    const channel = this.#channels.get(name) ?? new Channel(name, this.#options.channel);
    this.#channels.set(name, channel);
    const { envelope } = this.#options;
    return new ChannelBackend({ name, channel, ...(envelope === undefined ? {} : { envelope }) });
  }
}

const asIs = (bytes: Buffer): Buffer => bytes;

/** Metadata of grpc-js with repeated fields. */
export function fields(...entries: readonly (readonly [string, string])[]): JsMetadata {
  const metadata = new JsMetadata();
  for (const [name, value] of entries) metadata.add(name, value);
  return metadata;
}

export const toMany = (...nodes: readonly string[]): JsMetadata =>
  fields(...nodes.map((name) => ["nodes", name] as const));

export interface UnaryAnswer {
  readonly error: ServiceError | null;
  readonly reply: Buffer | undefined;
  readonly headers: JsMetadata | undefined;
  readonly trailers: JsMetadata | undefined;
}

/** A foreign client, with bytes for messages. */
export class JsClient {
  readonly client: Client;

  constructor(t: TestContext, address: string) {
    this.client = new Client(address, credentials.createInsecure(), {
      "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
      "grpc.max_send_message_length": -1,
    });
    t.after(() => this.client.close());
  }

  unary(
    metadata: JsMetadata,
    message = "",
    options: CallOptions = {},
    path = "/t.T/Do",
  ): Promise<UnaryAnswer> {
    return new Promise((resolve) => {
      let headers: JsMetadata | undefined;
      let trailers: JsMetadata | undefined;
      this.client
        .makeUnaryRequest(
          path,
          asIs,
          asIs,
          Buffer.from(message),
          metadata,
          options,
          (error, reply) => setImmediate(() => resolve({ error, reply, headers, trailers })),
        )
        .on("metadata", (sent: JsMetadata) => {
          headers = sent;
        })
        .on("status", (status) => {
          trailers = status.metadata;
        });
    });
  }

  bidi(metadata: JsMetadata, options: CallOptions = {}): ClientDuplexStream<Buffer, Buffer> {
    return this.client.makeBidiStreamRequest("/t.T/Stream", asIs, asIs, metadata, options);
  }
}
