import { encodeFrame, type Metadata, type RawServerCall, STATUS, status } from "@signalbox/grpc";
import type { Backend } from "../backend.ts";
import type { Envelope } from "../envelope/envelope.ts";
import { failureOfStatus, failureOfText, type NodeFailure } from "../envelope/node-failure.ts";
import type { OneToMany } from "../plan.ts";
import { CollectedReplies } from "./collected-replies.ts";
import type { HardFailure } from "./hard-failures.ts";
import { MetadataSum } from "./metadata-sum.ts";
import type { NodeStream } from "./node-stream.ts";
import type { Replies } from "./replies.ts";

/** Replies that become one message when no more are waited for (node-api §1.4). */
export class UnaryReplies implements Replies {
  readonly hardFailures: HardFailure[] = [];
  readonly #call: RawServerCall;
  readonly #collected: CollectedReplies;
  readonly #refusal: NodeFailure;
  readonly #headers = new MetadataSum();
  readonly #trailers = new MetadataSum();

  constructor(call: RawServerCall, { backends, order }: OneToMany, maxBytes: number) {
    this.#call = call;
    this.#refusal = tooLarge(maxBytes);
    const refusalBytes = lengthsOf(this.#refusal, backends);
    this.#collected = new CollectedReplies(maxBytes, order ?? "arrival", refusalBytes);
  }

  get trailers(): Metadata {
    return this.#trailers.metadata;
  }

  onHeaders(_node: NodeStream, metadata: Metadata): void {
    this.#headers.add(metadata);
  }

  onMessage({ index, name, backend }: NodeStream, message: Buffer): NodeFailure | undefined {
    const tagged = backend.envelope.tag(false, name, message);
    if (tagged.ok) return this.#collected.add(index, tagged.value) ? undefined : this.#refusal;
    const text = `error appending info for ${name}: ${tagged.error}`;
    this.hardFailures.push({ text });
    return failureOfText(text);
  }

  onSucceeded({ index }: NodeStream, trailers: Metadata): void {
    this.#collected.settle(index);
    this.#trailers.add(trailers);
  }

  onFailed({ index, name, backend }: NodeStream, failure: NodeFailure): void {
    this.#collected.settle(index);
    const folded = backend.envelope.fold(false, name, failure);
    if (folded === undefined) {
      this.hardFailures.push({ text: failure.text, status: failure.status });
      return;
    }
    if (this.#collected.add(index, folded)) return;
    const refusal = backend.envelope.fold(false, name, this.#refusal);
    if (refusal !== undefined) this.#collected.addRefusal(index, refusal);
  }

  onDrain(): void {}

  flush(): void {
    this.#call.sendHeaders(this.#headers.metadata);
    this.#call.write(encodeFrame(this.#collected.join()).bytes);
  }
}

/** How long each backend's refusal is; names of one length are not worth a second look. */
function lengthsOf(refusal: NodeFailure, backends: readonly Backend[]): readonly number[] {
  const known = new Map<Envelope, Map<number, number>>();
  return backends.map(({ name, envelope }) => {
    const lengths = known.get(envelope) ?? new Map<number, number>();
    known.set(envelope, lengths);
    const nameBytes = Buffer.byteLength(name);
    const length = lengths.get(nameBytes) ?? envelope.fold(false, name, refusal)?.length ?? 0;
    lengths.set(nameBytes, length);
    return length;
  });
}

function tooLarge(maxBytes: number): NodeFailure {
  const text = `the reply does not fit: those of all nodes together may have ${maxBytes} bytes`;
  return failureOfStatus(status(STATUS.RESOURCE_EXHAUSTED, text));
}
