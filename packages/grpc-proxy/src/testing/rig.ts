import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import {
  Channel,
  type ChannelOptions,
  GrpcError,
  type GrpcServer,
  type RawServerCall,
  STATUS,
} from "@signalbox/grpc";
import { ChannelBackend } from "../channel-backend.ts";
import type { Envelope } from "../envelope/envelope.ts";
import type { OneToMany, Plan } from "../plan.ts";
import { createProxy } from "../proxy.ts";
import type { ProxyOptions } from "../proxy-options.ts";
import { CountingClock } from "./counting-clock.ts";
import { useServer } from "./use-server.ts";

/** What a test chooses of the proxy. */
export interface RigOptions {
  readonly proxy?: Partial<Omit<ProxyOptions, "director">>;
  readonly plan?: Partial<Omit<OneToMany, "mode" | "backends">>;
  readonly envelope?: Envelope;
  readonly channel?: ChannelOptions;
  /** The one of the proxy, its server and its channels. @default the machine's */
  readonly clock?: VirtualClock;
}

/**
 * A proxy on a socket of its own, before any servers: `node: HOST:PORT` in a call's metadata goes
 * to one, `nodes`, repeated, to many. When the test is over, no call, stream, connection or timer
 * of it may be left.
 */
export class Rig {
  readonly #channels: Map<string, Channel>;
  readonly #clock: CountingClock;
  readonly #options: RigOptions;
  readonly address: string;
  readonly server: GrpcServer;

  private constructor(
    served: { readonly server: GrpcServer; readonly address: string },
    channels: Map<string, Channel>,
    clock: CountingClock,
    options: RigOptions,
  ) {
    this.#channels = channels;
    this.#clock = clock;
    this.#options = options;
    this.server = served.server;
    this.address = served.address;
  }

  static async use(t: TestContext, options: RigOptions = {}): Promise<Rig> {
    const channels = new Map<string, Channel>();
    const clock = new CountingClock(options.clock);
    t.after(async () => {
      await until(() => rig?.server.calls === 0);
      assert.equal(clock.timers, 0, "timers of the proxy");
      for (const channel of channels.values()) {
        // By themselves, before closing could end them.
        await until(() => channel.calls === 0 && channel.streams === 0);
        const closed = channel.close(1);
        await options.clock?.advance(1);
        await closed;
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
    const served = await useServer(
      t,
      createProxy({ clock, ...options.proxy, director }),
      options.clock,
    );
    rig = new Rig(served, channels, clock, options);
    return rig;
  }

  /** Calls that run on the channels towards the servers. */
  get outgoingCalls(): number {
    return this.#channels.values().reduce((sum, { calls }) => sum + calls, 0);
  }

  /** Timers of the proxy itself that wait. */
  get timers(): number {
    return this.#clock.timers;
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
    const channel = this.#channels.get(name) ?? this.#connect(name);
    this.#channels.set(name, channel);
    const { envelope } = this.#options;
    return new ChannelBackend({ name, channel, ...(envelope === undefined ? {} : { envelope }) });
  }

  #connect(name: string): Channel {
    const { channel, clock } = this.#options;
    return new Channel(name, { ...channel, ...(clock === undefined ? {} : { clock }) });
  }
}
