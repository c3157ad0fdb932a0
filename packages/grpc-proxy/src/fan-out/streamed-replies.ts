import { encodeFrame, type Metadata, type RawServerCall } from "@signalbox/grpc";
import { failureOfText, type NodeFailure } from "../envelope/node-failure.ts";
import type { HardFailure } from "./hard-failures.ts";
import { MetadataSum } from "./metadata-sum.ts";
import type { NodeStream } from "./node-stream.ts";
import type { Replies } from "./replies.ts";

/**
 * Replies that are passed on as they come (node-api §1.5). When the caller reads slowly, every
 * node is held back; then they go on, the one behind the last that spoke
 * first, so that a busy node leaves room for the quiet ones.
 */
export class StreamedReplies implements Replies {
  readonly hardFailures: HardFailure[] = [];
  readonly #call: RawServerCall;
  readonly #nodes: readonly NodeStream[];
  /** By node: headers that wait for its first message. */
  readonly #waiting = new Map<NodeStream, Metadata>();
  readonly #headers = new MetadataSum();
  readonly #trailers = new MetadataSum();
  #hasHeaders = false;
  #isHeld = false;
  #next = 0;

  constructor(call: RawServerCall, nodes: readonly NodeStream[]) {
    this.#call = call;
    this.#nodes = nodes;
  }

  get trailers(): Metadata {
    return this.#trailers.metadata;
  }

  onHeaders(node: NodeStream, metadata: Metadata): void {
    if (!metadata.isEmpty) this.#waiting.set(node, metadata);
  }

  onMessage(node: NodeStream, message: Buffer): NodeFailure | undefined {
    this.#takeHeaders(node);
    const { name, backend } = node;
    const tagged = backend.envelope.tag(true, name, message);
    if (tagged.ok) {
      this.#write(node, tagged.value);
      return undefined;
    }
    const text = `error appending info for ${name}: ${tagged.error}`;
    this.hardFailures.push({ text });
    return failureOfText(text);
  }

  onSucceeded(_node: NodeStream, trailers: Metadata): void {
    this.#trailers.add(trailers);
  }

  onFailed(node: NodeStream, failure: NodeFailure): void {
    const { name, backend } = node;
    const folded = backend.envelope.fold(true, name, failure);
    if (folded === undefined) {
      this.hardFailures.push({ text: failure.text, status: failure.status });
    } else {
      this.#write(node, folded);
    }
  }

  onDrain(): void {
    this.#isHeld = false;
    const count = this.#nodes.length;
    const first = this.#next;
    for (let i = 0; i < count && !this.#isHeld; i++) this.#nodes[(first + i) % count]?.resume();
  }

  flush(): void {}

  #takeHeaders(node: NodeStream): void {
    const headers = this.#waiting.get(node);
    if (headers === undefined) return;
    this.#waiting.delete(node);
    this.#headers.add(headers);
  }

  #write(node: NodeStream, message: Buffer): void {
    if (!this.#hasHeaders) this.#call.sendHeaders(this.#headers.metadata);
    this.#hasHeaders = true;
    if (this.#call.write(encodeFrame(message).bytes) || this.#isHeld) return;
    this.#isHeld = true;
    this.#next = node.index + 1;
    for (const each of this.#nodes) each.pause();
  }
}
