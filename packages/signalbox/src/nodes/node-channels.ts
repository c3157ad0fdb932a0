import type { CancelTimer, Clock, Log, Random } from "@signalbox/base";
import { Channel, type ChannelTimes, type ClientTlsMaterial } from "@signalbox/grpc";
import type { AgentPlace } from "./call-plan.ts";

export interface NodeChannelsOptions {
  /** Asked at each handshake. */
  readonly material: () => ClientTlsMaterial;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Channels that are kept; above it those go that no call has wanted for longest. @default 4_096 */
  readonly maxChannels?: number;
  /** A channel that no call has wanted for this long goes. @default 1_800_000 */
  readonly idleMs?: number;
  /** For all of them. @default as node-api §2.3, but for pings: every 10 s while there are calls */
  readonly times?: Partial<ChannelTimes>;
}

/**
 * A machine that crashes closes no connection. TCP would ask after it, but what answers is often
 * not the machine: QEMU's user network holds the connection of a guest that has gone. Upstream's
 * daemon sends no pings; agents of ours do not mind them.
 */
const PINGS = { keepaliveIntervalMs: 10_000, keepaliveTimeoutMs: 20_000 };

interface Kept {
  readonly channel: Channel;
  usedAtMs: number;
}

/**
 * One channel a machine, kept from call to call (node-api §2.4). `flush` has every machine
 * connected to anew, with the certificate that is there then; calls that run end on their old
 * connections.
 */
export class NodeChannels {
  readonly #options: NodeChannelsOptions;
  readonly #maxChannels: number;
  readonly #idleMs: number;
  /** By place; the one that was used last stands last. */
  readonly #kept = new Map<string, Kept>();
  /** Those that only finish their calls. */
  readonly #closing = new Set<Channel>();
  #stopSweep: CancelTimer | undefined;
  #isClosed = false;

  constructor(options: NodeChannelsOptions) {
    this.#options = options;
    this.#maxChannels = options.maxChannels ?? 4_096;
    this.#idleMs = options.idleMs ?? 30 * 60_000;
  }

  /** Channels that calls are given. */
  get size(): number {
    return this.#kept.size;
  }

  /** Channels that only finish their calls. */
  get closing(): number {
    return this.#closing.size;
  }

  /** Connections, streams and timers of them all; a leak check for teardowns. */
  get held(): { readonly connections: number; readonly streams: number; readonly timers: number } {
    const held = { connections: 0, streams: 0, timers: this.#stopSweep === undefined ? 0 : 1 };
    for (const { connections, streams, timers } of this.#all()) {
      held.connections += connections;
      held.streams += streams;
      held.timers += timers;
    }
    return held;
  }

  /** The channel to an agent: the same one for each call, until it was not wanted for long. */
  get(agent: AgentPlace): Channel {
    if (this.#isClosed) return this.#closedTo(agent);
    const key = `${agent.identity} ${agent.agentAddress}`;
    const present = this.#kept.get(key);
    const kept = present ?? { channel: this.#connectTo(agent), usedAtMs: 0 };
    kept.usedAtMs = this.#options.clock.monotonic();
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (present === undefined) this.#makeRoom();
    this.#sweepLater();
    return kept.channel;
  }

  /** Lets every connection go as soon as its calls are over; the next calls connect anew. */
  flush(): void {
    for (const key of [...this.#kept.keys()]) this.#letGo(key);
  }

  /** Gives calls `graceMs` to end. Resolves when nothing is left. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    this.flush();
    this.#stopSweep?.();
    this.#stopSweep = undefined;
    await Promise.all(Array.from(this.#closing, (channel) => channel.close(graceMs)));
  }

  #connectTo({ agentAddress, identity }: AgentPlace): Channel {
    const { material, clock, random, log, times } = this.#options;
    return new Channel(agentAddress, {
      // A forwarded address says nothing of who answers: the certificate must name the machine.
      tls: { material, serverName: serverNameOf(identity) },
      clock,
      random,
      log,
      times: { ...PINGS, ...times },
    });
  }

  #closedTo(agent: AgentPlace): Channel {
    const channel = this.#connectTo(agent);
    channel.destroy();
    return channel;
  }

  #makeRoom(): void {
    for (const [key, { channel }] of this.#kept) {
      if (this.#kept.size <= this.#maxChannels) return;
      if (channel.calls === 0) this.#letGo(key);
    }
  }

  #letGo(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    const { channel } = kept;
    this.#closing.add(channel);
    void channel.close().finally(() => this.#closing.delete(channel));
  }

  /** One timer for all: it runs while there is something to let go. */
  #sweepLater(): void {
    if (this.#isClosed || this.#stopSweep !== undefined || this.#kept.size === 0) return;
    this.#stopSweep = this.#options.clock.after(this.#idleMs / 2, () => {
      this.#stopSweep = undefined;
      this.#sweep();
      this.#sweepLater();
    });
  }

  #sweep(): void {
    const oldestMs = this.#options.clock.monotonic() - this.#idleMs;
    for (const [key, { channel, usedAtMs }] of [...this.#kept]) {
      if (usedAtMs > oldestMs) return;
      if (channel.calls === 0) this.#letGo(key);
    }
  }

  *#all(): Iterable<Channel> {
    for (const { channel } of this.#kept.values()) yield channel;
    yield* this.#closing;
  }
}

/** An address with a zone is verified without it. */
function serverNameOf(identity: string): string {
  return identity.replace(/%.*$/, "");
}
