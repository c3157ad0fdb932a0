import { encodeFrame } from "../frame.ts";
import { pack } from "../gzip.ts";
import { Metadata } from "../metadata.ts";
import type { RawServerCall } from "../server/raw-call.ts";

/** Shorter messages are not worth packing. */
const PACK_BYTES = 1024;

/** Writes the responses of one call, packed when the client packs its requests. */
export class ResponseWriter {
  readonly #call: RawServerCall;
  readonly #packs: boolean;
  #wake: (() => void) | undefined;

  constructor(call: RawServerCall) {
    this.#call = call;
    this.#packs = call.encoding === "gzip" && call.acceptedEncodings.includes("gzip");
  }

  sendHeaders(metadata: Metadata): void {
    this.#call.sendHeaders(metadata, { encoding: this.#packs ? "gzip" : "identity" });
  }

  /** Resolves when there is room for the next one, or the call is over. */
  async write(message: Uint8Array): Promise<void> {
    const isPacked = this.#packs && message.length >= PACK_BYTES;
    const bytes = isPacked ? await pack(message) : message;
    if (this.#packs) this.sendHeaders(Metadata.empty);
    if (this.#call.write(encodeFrame(bytes, isPacked).bytes) || this.#call.isEnded) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }

  /** There is room, or nothing more will be. */
  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
