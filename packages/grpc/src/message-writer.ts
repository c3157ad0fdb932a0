import { encodeFrame } from "./frame.ts";
import { pack } from "./gzip.ts";

/** Shorter messages are not worth packing. */
const PACK_BYTES = 1024;

/** What a writer needs of a call, at either end. */
export interface WritableCall {
  /** Nothing that is written now is sent. */
  readonly isEnded: boolean;
  /** @returns false when no more is to be written until the call has drained */
  write(frame: Buffer): boolean;
}

/**
 * Writes the messages of a typed call one at a time, each when there is room for it: responses at
 * the server's end, requests at the client's. The counterpart of `MessageStream`.
 */
export class MessageWriter {
  readonly #call: WritableCall;
  readonly #packs: boolean;
  #wake: (() => void) | undefined;

  /** @param packs whether messages of some size go packed with gzip */
  constructor(call: WritableCall, packs: boolean) {
    this.#call = call;
    this.#packs = packs;
  }

  /** Resolves when there is room for the next one, or the call is over. */
  async write(message: Uint8Array): Promise<void> {
    const isPacked = this.#packs && message.length >= PACK_BYTES;
    const frame = encodeFrame(isPacked ? await pack(message) : message, isPacked);
    if (this.#call.write(frame.bytes) || this.#call.isEnded) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }

  /** Writes what `messages` answers, and asks for no more once the call is over. */
  async writeAll<T>(messages: AsyncIterator<T>, encode: (message: T) => Uint8Array): Promise<void> {
    for (;;) {
      const { done, value } = await messages.next();
      if (done === true) return;
      if (this.#call.isEnded) {
        await messages.return?.();
        return;
      }
      await this.write(encode(value));
    }
  }

  /** There is room, or nothing more will be. */
  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
