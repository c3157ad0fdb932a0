import {
  GrpcError,
  type GrpcStatus,
  type Peer,
  type RawHandler,
  type RawService,
  STATUS,
  status,
} from "@signalbox/grpc";
import { AnswerCache } from "../stream/answer-cache.ts";
import { DELTA, type Dialect, SOTW, type StreamKind } from "../stream/dialect.ts";
import { FlushScheduler } from "../stream/flush-scheduler.ts";
import { HeldBytes } from "../stream/held-bytes.ts";
import { createRules } from "../stream/type-rules.ts";
import type { StreamSettings } from "../stream/xds-stream.ts";
import type { SotwAnswer } from "../wire/answer.ts";
import type { AnyAnswer, AnyRequest } from "../wire/any-message.ts";
import type { SotwRequest } from "../wire/sotw-request.ts";
import type { AnswerTransform, StreamInfo } from "./callbacks.ts";
import { type ClientStatus, typeStatus } from "./client-status.ts";
import { fetchHandler } from "./fetch-handler.ts";
import { Fetcher, type PollOptions, type PollOutcome } from "./fetcher.ts";
import { TokenBucket } from "./token-bucket.ts";
import { StreamSession } from "./stream-session.ts";
import { createXdsMetrics, type XdsMetrics } from "./xds-metrics.ts";
import {
  type XdsServerOptions,
  type XdsServerSettings,
  xdsServerSettings,
} from "./xds-server-options.ts";
import { xdsServices } from "./xds-services.ts";

/** What the server keeps of an open stream, whatever its dialect. */
interface OpenSession {
  readonly info: StreamInfo;
  fail(error: unknown): void;
  retry(typeUrl: string): void;
  status(): ClientStatus;
}

const STOPPING: GrpcStatus = status(STATUS.UNAVAILABLE, "the server is stopping");

/** Lines about refusals, of all streams: a bad change is refused by every client at once. */
const REFUSAL_LINES = { perSecond: 50, atOnce: 500 };

/**
 * The management server: serves a cache to every client that its transport brings.
 *
 * @example
 * ```ts
 * const xds = new XdsServer({ cache });
 * const server = createGrpcServer({ router: new Router({ services: xds.services }) });
 * await server.listen({ host: "127.0.0.1", port: 18000 });
 * ```
 */
export class XdsServer {
  readonly #settings: XdsServerSettings;
  readonly #metrics: XdsMetrics;
  readonly #fetcher: Fetcher;
  readonly #scheduler: FlushScheduler;
  readonly #answerCaches: readonly { close(): void }[];
  readonly #sessions = new Map<number, OpenSession>();
  readonly #counts: Record<StreamKind, number> = { sotw: 0, delta: 0 };
  #lastId = 0;
  #isStopping = false;
  readonly #newStreams: TokenBucket;
  readonly #held: HeldBytes;
  readonly #refusalLines: TokenBucket;
  #emptied: PromiseWithResolvers<void> | undefined;
  /** Every service of the resource protocol, for a router. */
  readonly services: readonly RawService[];

  /** @throws RangeError for intervals that cannot be */
  constructor(options: XdsServerOptions) {
    const settings = xdsServerSettings(options);
    this.#settings = settings;
    this.#metrics = createXdsMetrics(settings.metrics);
    this.#fetcher = new Fetcher(settings, this.#metrics);
    const { clock, soon, debounce, sliceMs, limits } = settings;
    const { maxNewStreamsPerSecond: perSecond } = limits;
    this.#held = new HeldBytes(limits);
    const { perSecond: lines, atOnce } = REFUSAL_LINES;
    this.#refusalLines = new TokenBucket(clock, lines, atOnce);
    this.#newStreams = new TokenBucket(clock, perSecond, perSecond);
    this.#scheduler = new FlushScheduler({ clock, soon, debounce, sliceMs });
    const sotw = this.#streamSettings(SOTW);
    const delta = this.#streamSettings(DELTA);
    this.#answerCaches = [sotw.answers, delta.answers];
    this.services = xdsServices({
      sotw: (typeUrl) => this.#handler(sotw, typeUrl, (transform) => transform.sotw),
      delta: (typeUrl) => this.#handler(delta, typeUrl, (transform) => transform.delta),
      fetch: (typeUrl) => fetchHandler(this.#fetcher, settings, typeUrl),
    });
  }

  /** What answers call the server. */
  get controlPlane(): string | undefined {
    return this.#settings.controlPlane;
  }

  get streamCount(): number {
    return this.#sessions.size;
  }

  /** Memory that streams keep of what clients told, about; zero once they are over. */
  get heldBytes(): number {
    return this.#held.total;
  }

  /** Who is connected and what each was sent, accepted and refused: one row a stream. */
  clients(): readonly ClientStatus[] {
    return Array.from(this.#sessions.values(), (session) => session.status());
  }

  /** Sends again what a client refused of a type (xds §2.7 c). Unknown streams are fine. */
  retry(streamId: number, typeUrl: string): void {
    this.#sessions.get(streamId)?.retry(typeUrl);
  }

  /** A single answer to a request whose type is filled in; undefined while there is nothing. */
  fetch(request: SotwRequest, peer: Peer): Promise<SotwAnswer | undefined> {
    return this.#fetcher.fetch(request, peer);
  }

  /**
   * Answers a request whose type is filled in when there is something that its version does not
   * say the client has: a single answer that may be waited for (xds §2.9).
   *
   * @throws whatever the callbacks throw
   */
  poll(request: SotwRequest, options: PollOptions): Promise<PollOutcome> {
    return this.#fetcher.poll(request, options);
  }

  /**
   * Ends every stream with UNAVAILABLE, so that clients go elsewhere, and refuses new ones.
   * Resolves when the last one is over.
   */
  async drain(): Promise<void> {
    this.#isStopping = true;
    this.#fetcher.stop();
    const { code, message } = STOPPING;
    for (const session of this.#sessions.values()) session.fail(new GrpcError(code, message));
    if (this.#sessions.size === 0) return;
    this.#emptied ??= Promise.withResolvers();
    await this.#emptied.promise;
  }

  /** Drains, and lets go of what is shared between streams. */
  async close(): Promise<void> {
    await this.drain();
    this.#scheduler.close();
    for (const answers of this.#answerCaches) answers.close();
  }

  #streamSettings<Request extends AnyRequest, Answer extends AnyAnswer>(
    dialect: Dialect<Request, Answer>,
  ): StreamSettings<Request, Answer> {
    const { cache, clock, ordering, ackTimeoutMs, nackRetry, limits, promptTypes } = this.#settings;
    return {
      dialect,
      cache,
      answers: new AnswerCache<Answer>(clock, this.#settings.sharedBytes),
      rulesOf: createRules(this.#settings.rules),
      scheduler: this.#scheduler,
      clock,
      ordering,
      ackTimeoutMs,
      nackRetry,
      limits,
      heldByServer: this.#held,
      promptTypes,
      controlPlane: this.#settings.controlPlane,
    };
  }

  #handler<Request extends AnyRequest, Answer extends AnyAnswer>(
    stream: StreamSettings<Request, Answer>,
    typeUrl: string | undefined,
    transformOf: (transform: AnswerTransform) => ((answer: Answer) => Answer) | undefined,
  ): RawHandler {
    return (call) => {
      this.#admit();
      const id = ++this.#lastId;
      const session = new StreamSession<Request, Answer>({
        id,
        typeUrl,
        call,
        settings: this.#settings,
        stream,
        metrics: this.#metrics,
        refusalLines: this.#refusalLines,
        transformOf,
        onEnd: () => this.#remove(id),
      });
      this.#add(id, {
        info: session.info,
        fail: (error) => session.fail(error),
        retry: (type) => session.stream?.retry(type),
        status: () => ({
          stream: session.info,
          types: Array.from(session.stream?.types ?? [], typeStatus<Answer>),
        }),
      });
      session.open();
      return session;
    };
  }

  /** @throws GrpcError when no further stream is taken */
  #admit(): void {
    if (this.#isStopping) {
      this.#metrics.refused("draining");
      throw new GrpcError(STOPPING.code, STOPPING.message);
    }
    const { limits } = this.#settings;
    if (this.#sessions.size < limits.maxStreams && this.#newStreams.take()) return;
    this.#metrics.refused("streams");
    throw new GrpcError(STATUS.RESOURCE_EXHAUSTED, "too many streams");
  }

  #add(id: number, session: OpenSession): void {
    const { kind } = session.info;
    this.#sessions.set(id, session);
    this.#metrics.streams(kind, ++this.#counts[kind]);
  }

  #remove(id: number): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    const { kind } = session.info;
    this.#sessions.delete(id);
    this.#metrics.streams(kind, --this.#counts[kind]);
    if (this.#sessions.size > 0) return;
    this.#emptied?.resolve();
    this.#emptied = undefined;
  }
}
