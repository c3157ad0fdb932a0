import type { Clock } from "@signalbox/base";
import type { Cache } from "../cache/cache.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";
import type { InterestChange } from "../subscription/interest.ts";
import type { AnyAnswer, AnyRequest } from "../wire/any-message.ts";
import type { Node } from "../wire/node.ts";
import type { AnswerCache, PlannedAnswer } from "./answer-cache.ts";
import { ChangeAge } from "./change-age.ts";
import type { Dialect } from "./dialect.ts";
import { endpointsNameOf, needsEndpointsAgain } from "./endpoint-repush.ts";
import type { Flushable, FlushScheduler } from "./flush-scheduler.ts";
import type { HeldBytes } from "./held-bytes.ts";
import { NackBackoff, type NackRetry } from "./nack-backoff.ts";
import { assertCount, type StreamLimits } from "./stream-limits.ts";
import type { StreamObserver } from "./stream-observer.ts";
import type { StreamPort } from "./stream-port.ts";
import { StreamTimer } from "./stream-timer.ts";
import type { Phase, Reception, TypeMachine } from "./type-machine.ts";
import type { RulesOf } from "./type-rules.ts";
import type { TypeStanding } from "./type-standing.ts";

/**
 * The order in which the types of one stream are sent (xds §2.3 [R]): as they come; what is
 * referred to before what refers to it; or that, each step awaiting the client's word, with
 * removals last and in reverse.
 */
export type Ordering = "none" | "typeOrder" | "makeBeforeBreak";

/** What the streams of one dialect share. */
export interface StreamSettings<Request extends AnyRequest, Answer extends AnyAnswer> {
  readonly dialect: Dialect<Request, Answer>;
  readonly cache: Cache;
  readonly answers: AnswerCache<Answer>;
  readonly rulesOf: RulesOf;
  readonly scheduler: FlushScheduler;
  readonly clock: Clock;
  readonly ordering: Ordering;
  /** How long make-before-break waits for the client's word. */
  readonly ackTimeoutMs: number;
  /** Undefined: what was refused is sent again when it changes, or is asked for (§2.7). */
  readonly nackRetry: NackRetry | undefined;
  readonly limits: StreamLimits;
  /** Counts what all streams of the server hold. */
  readonly heldByServer: HeldBytes;
  /** Types whose changes are not held back by the debounce. */
  readonly promptTypes: ReadonlySet<string>;
  /** Sent as the control plane's identifier. */
  readonly controlPlane: string | undefined;
}

export interface StreamOptions<Answer extends AnyAnswer> {
  readonly node: Node;
  readonly port: StreamPort;
  readonly observer: StreamObserver<Answer>;
  /** Changes each answer of this stream alone, which is then encoded for it alone. */
  readonly transform: ((answer: Answer) => Answer) | undefined;
  /** Something of this stream threw. It is closed; the call is to be ended. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Envoy's word on clusters comes when they are warm, so what they warm by does not wait for it
 * (tried with 1.40: each step would take as long as the longest wait).
 */
const WARMS_CLUSTERS: ReadonlySet<string> = new Set([
  TYPE_URLS.endpoint,
  TYPE_URLS.localityEndpoint,
  TYPE_URLS.secret,
]);

interface Slot<Request, Answer extends AnyAnswer> {
  readonly machine: TypeMachine<Request, Answer>;
  readonly standing: TypeStanding<Answer>;
  readonly age: ChangeAge;
  readonly backoff: NackBackoff | undefined;
  isDirty: boolean;
}

/**
 * One stream: its types, their order, and the transport's back-pressure. Requests come in decoded
 * and in order; answers leave when the scheduler calls `flush`. A fault ends this stream alone.
 */
export class XdsStream<Request extends AnyRequest, Answer extends AnyAnswer> implements Flushable {
  readonly #settings: StreamSettings<Request, Answer>;
  readonly #options: StreamOptions<Answer>;
  readonly #byType = new Map<string, Slot<Request, Answer>>();
  /** In the order of the flush. */
  #slots: readonly Slot<Request, Answer>[] = [];
  /** Clusters were updated before the client asked for their endpoints. */
  readonly #owedEndpoints = new Set<string>();
  readonly #repushesEndpoints: boolean;
  #node: Node;
  #lastNonce = 0;
  #isFull = false;
  #isClosed = false;
  readonly #timer: StreamTimer;
  /** What was counted of this stream. */
  #heldBytes = 0;

  constructor(settings: StreamSettings<Request, Answer>, options: StreamOptions<Answer>) {
    this.#settings = settings;
    this.#options = options;
    this.#node = options.node;
    this.#repushesEndpoints = needsEndpointsAgain(options.node);
    this.#timer = new StreamTimer(settings.clock, () => settings.scheduler.asked(this));
  }

  /** The types that the client asked for. */
  get types(): Iterable<TypeStanding<Answer>> {
    return this.#slots.map(({ standing }) => standing);
  }

  /** How one type stands. */
  type(typeUrl: string): TypeStanding<Answer> | undefined {
    return this.#byType.get(typeUrl)?.standing;
  }

  /** Treats a request whose type is filled in. A fault ends the stream. */
  receive(request: Request): void {
    if (this.#isClosed) return;
    try {
      this.#receive(request);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Sends what is owed, as far as the client and the transport take it. */
  flush(): void {
    if (this.#isClosed || this.#isFull) return;
    try {
      if (this.#settings.nackRetry !== undefined) this.#retryRefused();
      if (this.#settings.ordering === "makeBeforeBreak") this.#flushInSteps();
      else this.#flushEach();
      this.#timer.set(this.#nextTimerMs());
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The transport has room again. */
  drained(): void {
    this.#isFull = false;
    if (!this.#isClosed) this.#settings.scheduler.asked(this);
  }

  /** The client says other things of itself than at first; its id stays. */
  nodeChanged(node: Node): void {
    if (this.#isClosed) return;
    this.#node = node;
    for (const { standing } of this.#slots) standing.feed.nodeChanged(node);
  }

  /** What the client refused is owed again (xds §2.7 c). */
  retry(typeUrl: string): void {
    const slot = this.#byType.get(typeUrl);
    if (slot === undefined || this.#isClosed) return;
    slot.standing.retry();
    slot.isDirty = true;
    this.#settings.scheduler.asked(this);
  }

  /** The stream is over: nothing of it stays behind. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer.close();
    this.#settings.scheduler.forget(this);
    for (const { standing } of this.#slots) standing.close();
    this.#settings.heldByServer.replace(this.#heldBytes, 0);
  }

  #fail(error: unknown): void {
    this.close();
    this.#options.onFault(error);
  }

  #receive(request: Request): void {
    const { typeUrl } = request;
    const known = this.#byType.get(typeUrl);
    const slot = known ?? this.#open(typeUrl);
    const reception = slot.machine.receive(request);
    const { ack, nack, change } = reception;
    const { maxNames } = this.#settings.limits;
    assertCount(slot.standing.interest.size, maxNames, `names of ${typeUrl}`);
    if (known === undefined || (change !== undefined && namesAny(change))) this.#countHeld();
    if (known === undefined && typeUrl === TYPE_URLS.endpoint) this.#payEndpoints(slot);
    if (ack === undefined || change === undefined || this.#isConcerned(slot, change)) {
      slot.isDirty = true;
      this.#settings.scheduler.asked(this);
    }
    if (nack !== undefined) slot.backoff?.refused(this.#settings.clock.monotonic());
    else if (ack !== undefined && slot.standing.refused.size === 0) slot.backoff?.mended();
    this.#tell(slot, reception);
  }

  #tell({ standing, age }: Slot<Request, Answer>, { kind, ack, nack, change }: Reception): void {
    const { observer } = this.#options;
    const { typeUrl } = standing.rules;
    if (kind === "stale") observer.onStale?.(typeUrl);
    if (ack !== undefined) {
      observer.onAck(ack);
      const tookMs = age.accepted(this.#settings.clock.monotonic());
      if (tookMs !== undefined) observer.onConverged?.(typeUrl, tookMs);
    }
    if (nack !== undefined) observer.onNack(nack);
    if (change !== undefined && isChange(change)) observer.onSubscriptionChange(typeUrl, change);
  }

  #countHeld(): void {
    let bytes = this.#node.bytes.length;
    for (const { machine } of this.#slots) bytes += machine.heldBytes;
    this.#settings.heldByServer.replace(this.#heldBytes, bytes);
    this.#heldBytes = bytes;
  }

  /** Whether an acknowledgement is a reason to look at its type: most are not. */
  #isConcerned(slot: Slot<Request, Answer>, change: InterestChange): boolean {
    const { standing, backoff, isDirty } = slot;
    const isAsked = namesAny(change);
    const isTimed = backoff !== undefined || standing.ttl.nextAtMs < Number.POSITIVE_INFINITY;
    return isDirty || isAsked || isTimed || this.#settings.ordering === "makeBeforeBreak";
  }

  #open(typeUrl: string): Slot<Request, Answer> {
    const { dialect, rulesOf, cache, answers, clock, limits, nackRetry } = this.#settings;
    assertCount(this.#slots.length + 1, limits.maxTypes, "types on one stream");
    const node = this.#node;
    const tellsChanges = this.#repushesEndpoints && typeUrl === TYPE_URLS.cluster;
    const machine = dialect.createType({
      node,
      rules: rulesOf(node, typeUrl),
      cache,
      answers,
      clock,
      tellsChanges,
      onChange: () => this.#changed(slot),
    });
    const { standing } = machine;
    const age = new ChangeAge();
    const backoff = nackRetry && new NackBackoff(nackRetry);
    const slot: Slot<Request, Answer> = { machine, standing, age, backoff, isDirty: true };
    this.#byType.set(typeUrl, slot);
    const slots = [...this.#slots, slot];
    if (this.#settings.ordering !== "none") {
      slots.sort((one, other) => one.standing.rules.order - other.standing.rules.order);
    }
    this.#slots = slots;
    return slot;
  }

  /** Called within commits of caches. */
  #changed(slot: Slot<Request, Answer>): void {
    if (this.#isClosed) return;
    const { scheduler, promptTypes, clock } = this.#settings;
    slot.age.changed(clock.monotonic());
    if (slot.isDirty) {
      this.#options.observer.onCoalesced?.(slot.standing.rules.typeUrl);
      return;
    }
    slot.isDirty = true;
    if (promptTypes.has(slot.standing.rules.typeUrl)) scheduler.asked(this);
    else scheduler.changed(this);
  }

  #retryRefused(): void {
    const nowMs = this.#settings.clock.monotonic();
    for (const slot of this.#slots) {
      if (slot.backoff?.take(nowMs) !== true) continue;
      slot.standing.retry();
      slot.isDirty = true;
    }
  }

  #flushEach(): void {
    for (const slot of this.#slots) {
      if (this.#isFull || this.#isClosed) return;
      this.#serve(slot, "all");
    }
  }

  /** One step at a time; the client's word, or a timer, brings the next (§2.3 [R]). */
  #flushInSteps(): void {
    const slots = this.#slots;
    let isHeld = false;
    for (const slot of slots) {
      if (this.#isFull || this.#isClosed) return;
      if (isHeld && !WARMS_CLUSTERS.has(slot.standing.rules.typeUrl)) continue;
      if (this.#isAwaited(slot) || this.#serve(slot, "additions")) isHeld = true;
    }
    if (isHeld) return;
    for (const slot of slots.toReversed()) {
      const planned = slot.machine.take("removals");
      if (planned === undefined) {
        slot.age.settled();
        continue;
      }
      this.#send(slot, planned);
      return;
    }
  }

  #isAwaited({ standing }: Slot<Request, Answer>): boolean {
    const { inFlight } = standing.ledger;
    if (inFlight === undefined) return false;
    const { clock, ackTimeoutMs } = this.#settings;
    return clock.monotonic() < inFlight.sentAtMs + ackTimeoutMs;
  }

  /** @returns true when something was sent */
  #serve(slot: Slot<Request, Answer>, phase: Phase): boolean {
    const { machine, standing } = slot;
    // One answer in flight a type (§2.2): the client's word makes the type dirty again.
    if (standing.ledger.inFlight !== undefined) return false;
    let planned: PlannedAnswer<Answer> | undefined;
    if (slot.isDirty) {
      slot.isDirty = false;
      planned = machine.take(phase);
      if (planned === undefined && phase === "all") slot.age.settled();
    }
    if (planned === undefined) {
      const due = standing.dueHeartbeats(this.#settings.clock.monotonic());
      if (due.length > 0) planned = ofOneClient(machine.heartbeat(due));
    }
    if (planned === undefined) return false;
    this.#send(slot, planned);
    return true;
  }

  #send({ standing, age }: Slot<Request, Answer>, planned: PlannedAnswer<Answer>): void {
    const { answers, dialect, clock, controlPlane } = this.#settings;
    const { transform, port, observer } = this.#options;
    const own =
      transform === undefined
        ? planned
        : { ...planned, answer: transform(planned.answer), shareKey: undefined };
    const encode = (answer: Answer, nonce: string): Buffer =>
      dialect.encode(answer, { nonce, controlPlane });
    const { nonce, frame, isShared } = answers.frame(own, this.#lastNonce, encode);
    this.#lastNonce = nonce;
    const { answer } = planned;
    const version = dialect.versionOf(answer);
    const sent = { nonce: String(nonce), version, answer, sentAtMs: clock.monotonic() };
    standing.ledger.sent(sent, clock.now());
    age.sent();
    this.#isFull = !port.write(frame);
    if (planned.changed.length > 0) this.#clustersChanged(standing, planned.changed);
    observer.onSent({
      typeUrl: standing.rules.typeUrl,
      nonce: String(nonce),
      version: dialect.versionOf(own.answer),
      answer: own.answer,
      bytes: frame.length,
      isShared,
    });
  }

  /** §2.1 rule 16: an updated cluster keeps warming until it hears of its endpoints. */
  #clustersChanged(clusters: TypeStanding<Answer>, names: readonly string[]): void {
    const owed: string[] = [];
    for (const name of names) {
      const cluster = clusters.table?.get(name);
      if (cluster !== undefined) owed.push(endpointsNameOf(cluster));
    }
    const endpoints = this.#byType.get(TYPE_URLS.endpoint);
    if (endpoints === undefined) {
      for (const name of owed) this.#owedEndpoints.add(name);
      return;
    }
    endpoints.standing.owe(owed);
    endpoints.isDirty = true;
    this.#settings.scheduler.asked(this);
  }

  #payEndpoints({ standing }: Slot<Request, Answer>): void {
    standing.owe(this.#owedEndpoints);
    this.#owedEndpoints.clear();
  }

  /** When a heartbeat is due, or another attempt, or a wait for the client's word is over. */
  #nextTimerMs(): number {
    const { ordering, ackTimeoutMs, clock } = this.#settings;
    const isStepwise = ordering === "makeBeforeBreak";
    const nowMs = isStepwise ? clock.monotonic() : 0;
    let atMs = Number.POSITIVE_INFINITY;
    for (const { standing, backoff } of this.#slots) {
      const { inFlight } = standing.ledger;
      if (backoff !== undefined) atMs = Math.min(atMs, backoff.nextAtMs);
      // A type that waits for the client's word is looked at again when that comes.
      if (inFlight === undefined) atMs = Math.min(atMs, standing.ttl.nextAtMs);
      else if (isStepwise && inFlight.sentAtMs + ackTimeoutMs > nowMs) {
        atMs = Math.min(atMs, inFlight.sentAtMs + ackTimeoutMs);
      }
    }
    return atMs;
  }
}

/** Heartbeats are not worth sharing: clients differ in when they are due. */
function ofOneClient<Answer>(answer: Answer): PlannedAnswer<Answer> {
  return { answer, shareKey: undefined, changed: [] };
}

/** Whether the request named anything: most only acknowledge. */
function namesAny(change: InterestChange): boolean {
  return isChange(change) || change.released.length > 0;
}

function isChange({ asked, dropped, wildcard }: InterestChange): boolean {
  return asked.length + dropped.length > 0 || wildcard !== "same";
}
