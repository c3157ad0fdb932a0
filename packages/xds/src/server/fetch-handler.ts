import {
  GrpcError,
  OK_STATUS,
  type RawCallListener,
  type RawHandler,
  type RawServerCall,
  STATUS,
} from "@signalbox/grpc";
import { decodeSotwRequest } from "../wire/decode-sotw-request.ts";
import { encodeSotw } from "../wire/encode-answer.ts";
import type { Fetcher } from "./fetcher.ts";
import type { XdsServerSettings } from "./xds-server-options.ts";

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
    const answer = await this.#fetcher.fetch(
      { ...decoded.value, typeUrl: this.#typeUrl },
      this.#call.peer,
    );
    if (answer === undefined) {
      throw new GrpcError(STATUS.UNAVAILABLE, "nothing is configured for this node yet");
    }
    this.#call.write(encodeSotw(answer, { nonce: "", controlPlane }));
    this.#call.end(OK_STATUS);
  }
}
