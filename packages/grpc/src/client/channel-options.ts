import type { LookupAddress } from "node:dns";
import { lookup as lookupByDns } from "node:dns/promises";
import {
  type Clock,
  type Log,
  type Random,
  silentLog,
  systemClock,
  systemRandom,
} from "@signalbox/base";
import type { ChannelState } from "./channel-state.ts";
import type { ClientTlsOptions } from "./client-tls.ts";

/** Bounds on what a server may take. All have defaults. */
export interface ChannelLimits {
  /** Longest message that is taken, packed and unpacked. @default 33_554_432 */
  readonly maxMessageBytes: number;
  /** What a server may send on one stream before it is read. @default 2_097_120 */
  readonly streamWindowBytes: number;
  /** The same for all streams of a connection together. @default 1_048_560 */
  readonly connectionWindowBytes: number;
  /** Bytes of a response's headers, unpacked, 32 more a field; the same for requests. @default 16_777_216 */
  readonly maxHeaderListBytes: number;
  /** Fields of a response's headers. @default 16_384 */
  readonly maxHeaderListPairs: number;
  /** Memory of a connection in megabytes, above which no more streams are opened. @default 256 */
  readonly sessionMemoryMb: number;
  /**
   * Request bytes that a call keeps until the server answers, to send them again should the stream
   * be refused. A call that sent more is not sent again. @default 262_144
   */
  readonly retryBufferBytes: number;
}

/** How a connection is made, kept and let go (node-api §2.3). */
export interface ChannelTimes {
  /** What an attempt is given at least: address, TCP, TLS and settings. @default 20_000 */
  readonly minConnectTimeoutMs: number;
  /** Head start of an address before the next one is tried beside it. @default 250 */
  readonly addressDelayMs: number;
  /** Delay behind the first attempt that fails; 1.6 times as long behind each next. @default 1_000 */
  readonly backoffBaseMs: number;
  /** Longest delay, before a fifth is added or taken off by chance. @default 15_000 */
  readonly backoffMaxMs: number;
  /** A channel without a call for this long lets its connection go. @default 900_000 */
  readonly idleTimeoutMs: number;
  /** How often a connection that carries calls is pinged. @default never */
  readonly keepaliveIntervalMs: number;
  /** A connection whose ping is not answered by then is dead. @default 20_000 */
  readonly keepaliveTimeoutMs: number;
  /** What calls that run are given to finish when the channel is closed. @default 1_800_000 */
  readonly closeGraceMs: number;
}

/** Finds the addresses of a host. */
export type Lookup = (host: string) => Promise<readonly LookupAddress[]>;

/** How a channel connects and what it bears. All have defaults. */
export interface ChannelOptions {
  /** @default cleartext */
  readonly tls?: ClientTlsOptions;
  /** `:authority` of calls. @default the target, as `host:port` */
  readonly authority?: string;
  /** @default "signalbox-grpc" */
  readonly userAgent?: string;
  readonly limits?: Partial<ChannelLimits>;
  readonly times?: Partial<ChannelTimes>;
  /** @default the machine's */
  readonly clock?: Clock;
  /** @default the machine's */
  readonly random?: Random;
  /** @default nothing is logged */
  readonly log?: Log;
  /** @default DNS, as the machine is configured */
  readonly lookup?: Lookup;
  /** Told of each change of state. Must not throw. @default nobody */
  readonly onState?: (state: ChannelState) => void;
}

/** The options, all of them given. */
export interface ChannelSettings {
  readonly tls: ClientTlsOptions | undefined;
  readonly authority: string | undefined;
  readonly userAgent: string;
  readonly limits: ChannelLimits;
  readonly times: ChannelTimes;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly lookup: Lookup;
  readonly onState: (state: ChannelState) => void;
}

const DEFAULT_LIMITS: ChannelLimits = {
  maxMessageBytes: 32 * 1024 * 1024,
  streamWindowBytes: 65_535 * 32,
  connectionWindowBytes: 65_535 * 16,
  maxHeaderListBytes: 16 * 1024 * 1024,
  maxHeaderListPairs: 16_384,
  sessionMemoryMb: 256,
  retryBufferBytes: 256 * 1024,
};

const DEFAULT_TIMES: ChannelTimes = {
  minConnectTimeoutMs: 20_000,
  addressDelayMs: 250,
  backoffBaseMs: 1_000,
  backoffMaxMs: 15_000,
  idleTimeoutMs: 15 * 60_000,
  keepaliveIntervalMs: Number.POSITIVE_INFINITY,
  keepaliveTimeoutMs: 20_000,
  closeGraceMs: 30 * 60_000,
};

/**
 * Fills in the defaults.
 *
 * @throws RangeError when a number is not a positive one
 */
export function resolveChannelSettings(options: ChannelOptions): ChannelSettings {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const times = { ...DEFAULT_TIMES, ...options.times };
  for (const [name, value] of Object.entries({ ...limits, ...times })) {
    if (!(value > 0)) throw new RangeError(`${name} must be a positive number, not ${value}`);
  }
  return Object.freeze({
    tls: options.tls,
    authority: options.authority,
    userAgent: options.userAgent ?? "signalbox-grpc",
    limits,
    times,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    log: options.log ?? silentLog,
    lookup: options.lookup ?? ((host) => lookupByDns(host, { all: true })),
    onState: options.onState ?? (() => {}),
  });
}
