import {
  GrpcError,
  OK_STATUS,
  type RawCallListener,
  type RawHandler,
  type RawServerCall,
  STATUS,
} from "@signalbox/grpc";
import type { Cache } from "../cache/cache.ts";
import { fetchAnswer } from "../stream/fetch-answer.ts";
import { assertNames } from "../stream/stream-limits.ts";
import type { SotwAnswer } from "../wire/answer.ts";
import { UNKNOWN_NODE } from "../wire/decode-node.ts";
import { decodeSotwRequest } from "../wire/decode-sotw-request.ts";
import { encodeSotw } from "../wire/encode-answer.ts";
import type { SotwRequest } from "../wire/sotw-request.ts";
import type { XdsMetrics } from "./xds-metrics.ts";
import type { XdsServerSettings } from "./xds-server-options.ts";

/** Single answers, for the unary methods and for REST. */
export interface Fetcher {
  /**
   * Answers a request whose type is filled in.
   *
   * @returns undefined while nothing is configured for the node, or the type is not served
   * @throws whatever the callbacks throw
   */
  fetch(request: SotwRequest): Promise<SotwAnswer | undefined>;
}

export function createFetcher(settings: XdsServerSettings, metrics: XdsMetrics): Fetcher {
  const { cache, callbacks, limits } = settings;
  return {
    fetch: async (request) => {
      assertNames(request.resourceNames, limits);
      await callbacks.onFetchRequest?.(request);
      metrics.fetched(request.typeUrl);
      const answer = answerFrom(cache, request);
      if (answer !== undefined) callbacks.onFetchResponse?.(request, answer);
      return answer;
    },
  };
}

function answerFrom(cache: Cache, request: SotwRequest): SotwAnswer | undefined {
  const { node = UNKNOWN_NODE, typeUrl, resourceNames } = request;
  const lease = cache.lease({ node, typeUrl }, { leaseMoved: () => {} });
  try {
    return lease && fetchAnswer(lease.table, node, resourceNames);
  } finally {
    lease?.release();
  }
}

/** The unary method of one type. An answer has no nonce: there is nothing to acknowledge. */
export function fetchHandler(
  fetcher: Fetcher,
  settings: XdsServerSettings,
  typeUrl: string,
): RawHandler {
  return (call) => new FetchCall(call, fetcher, settings, typeUrl);
}

class FetchCall implements RawCallListener {
  readonly #call: RawServerCall;
  readonly #fetcher: Fetcher;
  readonly #settings: XdsServerSettings;
  readonly #typeUrl: string;
  #message: Buffer | undefined;

  constructor(call: RawServerCall, fetcher: Fetcher, settings: XdsServerSettings, typeUrl: string) {
    this.#call = call;
    this.#fetcher = fetcher;
    this.#settings = settings;
    this.#typeUrl = typeUrl;
  }

  onMessage(message: Buffer): void {
    this.#message ??= message;
  }

  onHalfClose(): void {
    this.#answer().catch((error: unknown) => this.#call.fail(error));
  }

  onDrain(): void {}

  onClose(): void {}

  async #answer(): Promise<void> {
    const decoded = decodeSotwRequest(this.#message ?? new Uint8Array());
    if (!decoded.ok) throw new GrpcError(STATUS.INVALID_ARGUMENT, decoded.error);
    const { controlPlane } = this.#settings;
    const answer = await this.#fetcher.fetch({ ...decoded.value, typeUrl: this.#typeUrl });
    if (answer === undefined) {
      throw new GrpcError(STATUS.UNAVAILABLE, "nothing is configured for this node yet");
    }
    this.#call.write(encodeSotw(answer, { nonce: "", controlPlane }));
    this.#call.end(OK_STATUS);
  }
}
