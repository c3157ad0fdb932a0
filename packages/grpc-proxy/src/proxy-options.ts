import { type Clock, systemClock } from "@signalbox/base";
import type { Director } from "./plan.ts";

/** Bounds of a call to many machines. All have defaults. */
export interface ProxyLimits {
  /** For the connection to each machine; who has none by then has failed. @default 20_000 */
  readonly connectBudgetMs: number;
  /** Longest reply that is put together of many. @default 33_554_432 */
  readonly maxReplyBytes: number;
  /**
   * Request bytes that wait for one machine while others go on. Above it the caller is held back.
   * @default 1_048_576
   */
  readonly maxQueuedBytes: number;
  /** How long one machine may hold the caller back; it has failed then. @default 5_000 */
  readonly stallBudgetMs: number;
  /**
   * So long before the caller's deadline it is sent what there is; a tenth of its time when that
   * is less. @default 200
   */
  readonly partialAnswerMs: number;
}

/** How a proxy behaves. Only the director must be given. */
export interface ProxyOptions {
  /** Decides where each call goes. */
  readonly director: Director;
  /** True for a method whose responses are a stream. @default every method is taken for unary */
  readonly isStreamed?: (path: string) => boolean;
  /** The one on which deadlines of calls are. @default the machine's */
  readonly clock?: Clock;
  /** @default see `ProxyLimits` */
  readonly limits?: Partial<ProxyLimits>;
}

/** The options, all of them given. */
export interface ProxySettings {
  readonly director: Director;
  readonly isStreamed: (path: string) => boolean;
  readonly clock: Clock;
  readonly limits: ProxyLimits;
}

const DEFAULT_LIMITS: ProxyLimits = {
  connectBudgetMs: 20_000,
  maxReplyBytes: 32 * 1024 * 1024,
  maxQueuedBytes: 1024 * 1024,
  stallBudgetMs: 5_000,
  partialAnswerMs: 200,
};

/** @throws RangeError when a limit is not a positive number */
export function resolveProxySettings(options: ProxyOptions): ProxySettings {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  for (const [name, value] of Object.entries(limits)) {
    if (!(value > 0)) throw new RangeError(`${name} must be a positive number, not ${value}`);
  }
  return Object.freeze({
    director: options.director,
    isStreamed: options.isStreamed ?? (() => false),
    clock: options.clock ?? systemClock,
    limits,
  });
}
