import { VirtualClock } from "@signalbox/base";
import type { Cache, TableLease, TableRequest } from "../../cache/cache.ts";
import type { Resource } from "../../resource/resource.ts";
import { MutableTable, type MutableTableOptions } from "../../table/mutable-table.ts";
import type { DeltaAnswer, SotwAnswer } from "../../wire/answer.ts";
import type { AnyAnswer, AnyRequest } from "../../wire/any-message.ts";
import { UNKNOWN_NODE } from "../../wire/decode-node.ts";
import type { DeltaRequest } from "../../wire/delta-request.ts";
import type { Node } from "../../wire/node.ts";
import type { SotwRequest } from "../../wire/sotw-request.ts";
import { AnswerCache } from "../answer-cache.ts";
import { DELTA, type Dialect, SOTW } from "../dialect.ts";
import { type Debounce, FlushScheduler } from "../flush-scheduler.ts";
import { DEFAULT_STREAM_LIMITS, type StreamLimits } from "../stream-limits.ts";
import type { StreamObserver } from "../stream-observer.ts";
import { HeldBytes } from "../held-bytes.ts";
import type { NackRetry } from "../nack-backoff.ts";
import type { Acknowledgement, Refusal } from "../type-machine.ts";
import { createRules, type TypeRuleOptions } from "../type-rules.ts";
import { type Ordering, type StreamSettings, XdsStream } from "../xds-stream.ts";
import { MemoryPort } from "./memory-port.ts";

export interface RigOptions {
  readonly rules?: TypeRuleOptions;
  readonly ordering?: Ordering;
  readonly ackTimeoutMs?: number;
  readonly nackRetry?: NackRetry;
  readonly debounce?: Debounce;
  readonly limits?: Partial<StreamLimits>;
  readonly table?: MutableTableOptions;
  /** Serve this one instead of the rig's own. */
  readonly cache?: Cache;
}

/** What a stream told its observer. */
export interface Heard {
  readonly acks: Acknowledgement[];
  readonly nacks: Refusal[];
  readonly stale: string[];
  readonly shared: boolean[];
  readonly converged: number[];
  readonly coalesced: string[];
  readonly faults: unknown[];
}

export interface OpenOptions<Answer> {
  readonly node?: Partial<Node>;
  readonly transform?: (answer: Answer) => Answer;
}

export interface OpenStream<Request extends AnyRequest, Answer extends AnyAnswer> {
  readonly port: MemoryPort;
  readonly stream: XdsStream<Request, Answer>;
  readonly heard: Heard;
  /** Tells `observer` too, from now on. */
  observe(observer: StreamObserver<AnyAnswer>): void;
}

/** One table a type, the same for every node. */
export class TestCache implements Cache {
  readonly #tables = new Map<string, MutableTable>();
  readonly #options: MutableTableOptions;
  leaseCount = 0;

  constructor(options: MutableTableOptions = {}) {
    this.#options = options;
  }

  table(typeUrl: string): MutableTable {
    const table = this.#tables.get(typeUrl) ?? new MutableTable(typeUrl, this.#options);
    this.#tables.set(typeUrl, table);
    return table;
  }

  /** Makes these all resources of the type, under a version that is sent as it is. */
  set(typeUrl: string, resources: readonly Resource[], givenVersion?: string): void {
    this.table(typeUrl).edit({ replaceAll: resources, version: givenVersion ?? null });
  }

  lease({ typeUrl }: TableRequest): TableLease {
    this.leaseCount += 1;
    let isReleased = false;
    const release = (): void => {
      if (!isReleased) this.leaseCount -= 1;
      isReleased = true;
    };
    return { table: this.table(typeUrl), release };
  }

  get watchCount(): number {
    return Array.from(this.#tables.values()).reduce((sum, { watchCount }) => sum + watchCount, 0);
  }
}

/** Streams of both protocols over one cache, with time and turns in the test's hand. */
export class StreamRig {
  readonly clock: VirtualClock = new VirtualClock();
  readonly cache: TestCache;
  readonly scheduler: FlushScheduler;
  readonly sotwAnswers: AnswerCache<SotwAnswer>;
  readonly deltaAnswers: AnswerCache<DeltaAnswer>;
  readonly #options: RigOptions;
  readonly #turns: (() => void)[] = [];

  constructor(options: RigOptions = {}) {
    this.#options = options;
    this.cache = new TestCache(options.table);
    this.scheduler = new FlushScheduler({
      clock: this.clock,
      soon: (callback) => this.#turns.push(callback),
      debounce: options.debounce ?? { quietMs: 0, maxMs: 0 },
      sliceMs: 5,
    });
    this.sotwAnswers = new AnswerCache(this.clock, 1 << 20);
    this.deltaAnswers = new AnswerCache(this.clock, 1 << 20);
  }

  sotw(options: OpenOptions<SotwAnswer> = {}): OpenStream<SotwRequest, SotwAnswer> {
    return this.#open(SOTW, this.sotwAnswers, options);
  }

  delta(options: OpenOptions<DeltaAnswer> = {}): OpenStream<DeltaRequest, DeltaAnswer> {
    return this.#open(DELTA, this.deltaAnswers, options);
  }

  get ordering(): Ordering {
    return this.#options.ordering ?? "typeOrder";
  }

  /** Runs the turns of the event loop that somebody asked for. */
  turn(): void {
    for (let next = this.#turns.shift(); next !== undefined; next = this.#turns.shift()) next();
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    this.turn();
  }

  close(): void {
    this.scheduler.close();
    this.sotwAnswers.close();
    this.deltaAnswers.close();
  }

  #open<Request extends AnyRequest, Answer extends AnyAnswer>(
    dialect: Dialect<Request, Answer>,
    answers: AnswerCache<Answer>,
    { node, transform }: OpenOptions<Answer>,
  ): OpenStream<Request, Answer> {
    const { rules, ackTimeoutMs = 5000, nackRetry, limits } = this.#options;
    const all = { ...DEFAULT_STREAM_LIMITS, ...limits };
    const settings: StreamSettings<Request, Answer> = {
      dialect,
      cache: this.#options.cache ?? this.cache,
      answers,
      rulesOf: createRules(rules),
      scheduler: this.scheduler,
      clock: this.clock,
      ordering: this.ordering,
      ackTimeoutMs,
      nackRetry,
      limits: all,
      heldByServer: new HeldBytes(all),
      promptTypes: new Set(),
      controlPlane: undefined,
    };
    const heard: Heard = {
      ...{ acks: [], nacks: [], stale: [], shared: [] },
      ...{ converged: [], coalesced: [], faults: [] },
    };
    const port = new MemoryPort();
    const observers: StreamObserver<AnyAnswer>[] = [hearing(heard)];
    const stream = new XdsStream(settings, {
      node: { ...UNKNOWN_NODE, ...node },
      port,
      observer: toAll(observers),
      transform,
      onFault: (error) => heard.faults.push(error),
    });
    return { port, stream, heard, observe: (observer) => void observers.push(observer) };
  }
}

function hearing(heard: Heard): StreamObserver<AnyAnswer> {
  return {
    onAck: (ack) => heard.acks.push(ack),
    onNack: (nack) => heard.nacks.push(nack),
    onStale: (typeUrl) => heard.stale.push(typeUrl),
    onSubscriptionChange: () => {},
    onSent: ({ isShared }) => heard.shared.push(isShared),
    onConverged: (_, tookMs) => heard.converged.push(tookMs),
    onCoalesced: (typeUrl) => heard.coalesced.push(typeUrl),
  };
}

function toAll(observers: readonly StreamObserver<AnyAnswer>[]): StreamObserver<AnyAnswer> {
  return {
    onAck: (ack) => observers.forEach((observer) => observer.onAck(ack)),
    onNack: (nack) => observers.forEach((observer) => observer.onNack(nack)),
    onStale: (typeUrl) => observers.forEach((observer) => observer.onStale?.(typeUrl)),
    onSubscriptionChange: (typeUrl, change) =>
      observers.forEach((observer) => observer.onSubscriptionChange(typeUrl, change)),
    onSent: (event) => observers.forEach((observer) => observer.onSent(event)),
    onConverged: (typeUrl, tookMs) =>
      observers.forEach((observer) => observer.onConverged?.(typeUrl, tookMs)),
    onCoalesced: (typeUrl) => observers.forEach((observer) => observer.onCoalesced?.(typeUrl)),
  };
}
