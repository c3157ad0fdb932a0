import assert from "node:assert/strict";
import { TYPE_URLS } from "../../resource/resource-types.ts";
import type { Interest, InterestChange } from "../../subscription/interest.ts";
import type { SentEvent, StreamObserver } from "../stream-observer.ts";
import type { AnyAnswer, AnyRequest } from "../../wire/any-message.ts";
import { AnswerBudget } from "./answer-budget.ts";
import { readDeltaAnswer, type SeenAnswer } from "./answers.ts";
import type { MemoryPort } from "./memory-port.ts";
import { isGlobOf } from "./sotw-client.ts";
import type { StreamRig } from "./stream-rig.ts";

const ALL = "*";

/** The connection that is held to them, as far as that needs it. */
interface AuditedStream {
  type(typeUrl: string): { readonly interest: Interest } | undefined;
}

/** Holds one connection's answers to the invariants of xds §7.3. */
export class Audit {
  readonly kind: "sotw" | "delta";
  readonly #rig: StreamRig;
  readonly #awaited = new Map<string, number>();
  /** Why a name may be in the next answer of a type (I10). */
  readonly #reasons = new Map<string, Set<string>>();
  readonly #toldAbsent = new Map<string, Set<string>>();
  readonly #bytes: { readonly frame: Buffer; readonly copy: Buffer }[] = [];
  readonly #budget: AnswerBudget;
  #lastNonce = 0;
  #isStale = false;

  constructor(rig: StreamRig, kind: "sotw" | "delta") {
    this.#rig = rig;
    this.kind = kind;
    this.#budget = new AnswerBudget(rig.ordering);
  }

  observer(stream: AuditedStream, port: MemoryPort): StreamObserver<AnyAnswer> {
    const settle = (typeUrl: string): void => void this.#awaited.set(typeUrl, 0);
    return {
      onAck: ({ typeUrl }) => settle(typeUrl),
      onNack: ({ typeUrl }) => settle(typeUrl),
      onStale: () => void (this.#isStale = true),
      onSubscriptionChange: (typeUrl, change) => this.#interestChanged(typeUrl, change),
      onSent: (event) => this.#sent(event, stream, port),
    };
  }

  takeStale(): boolean {
    const isStale = this.#isStale;
    this.#isStale = false;
    return isStale;
  }

  /** @param names none where only the version changed, or that anything is known */
  truthChanged(typeUrl: string, names: readonly string[]): void {
    this.#budget.changed(typeUrl);
    for (const name of names) {
      this.#reason(typeUrl, name);
      const told = this.#told(typeUrl);
      told.delete(name);
      for (const glob of told) if (isGlobOf(glob, name)) told.delete(glob);
    }
  }

  /** A reconnecting client says what it has: what differs may be sent. */
  requested(request: AnyRequest): void {
    this.#budget.requested(request);
    if (!("initialVersions" in request)) return;
    const versions = request.initialVersions as ReadonlyMap<string, string>;
    const table = this.#rig.cache.table(request.typeUrl);
    for (const { name, version } of table.all()) {
      if (versions.get(name) !== version && versions.size > 0) this.#reason(request.typeUrl, name);
    }
  }

  assertBytesKept(): void {
    for (const { frame, copy } of this.#bytes) assert.ok(frame.equals(copy), "I14: bytes changed");
  }

  #interestChanged(typeUrl: string, change: InterestChange): void {
    for (const name of [...change.asked, ...change.released]) {
      this.#reason(typeUrl, name);
      if (name.endsWith("/*")) this.#reason(typeUrl, ALL);
    }
    for (const name of [...change.asked, ...change.released, ...change.dropped]) {
      this.#told(typeUrl).delete(name);
    }
    if (change.wildcard === "gained") this.#reason(typeUrl, ALL);
  }

  #sent(event: SentEvent, stream: AuditedStream, port: MemoryPort): void {
    const { typeUrl, nonce } = event;
    this.#budget.answered(typeUrl);
    const awaited = (this.#awaited.get(typeUrl) ?? 0) + 1;
    assert.equal(awaited, 1, `I4: one answer in flight of ${typeUrl}`);
    this.#awaited.set(typeUrl, awaited);
    assert.ok(Number(nonce) > this.#lastNonce, "I5: nonces grow");
    this.#lastNonce = Number(nonce);
    const frame = port.written.at(-1);
    assert.ok(frame !== undefined);
    this.#bytes.push({ frame, copy: Buffer.from(frame) });
    this.#assertNoJunk(event.answer, stream);
    if (this.kind === "delta") this.#assertMinimal(seenDelta(frame));
    else if (typeUrl === TYPE_URLS.cluster) this.#assertFullState(event.answer, stream);
  }

  #assertNoJunk(answer: AnyAnswer, stream: AuditedStream): void {
    const interest = stream.type(answer.typeUrl)?.interest;
    const names = answer.resources.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, "I6: no name twice");
    for (const { name, typeUrl } of answer.resources) {
      assert.equal(typeUrl, answer.typeUrl, "I6: one type");
      assert.ok(interest?.covers(name) === true, `I6: ${name} was not asked for`);
    }
  }

  #assertFullState(answer: AnyAnswer, stream: AuditedStream): void {
    const interest = stream.type(answer.typeUrl)?.interest;
    const table = this.#rig.cache.table(answer.typeUrl);
    const sent = new Map(answer.resources.map(({ name, version }) => [name, version]));
    for (const { name, version } of table.all()) {
      if (interest?.covers(name) === true) assert.equal(sent.get(name), version, `I9: ${name}`);
      sent.delete(name);
    }
    // Make-before-break keeps what is gone for one more answer.
    if (this.#rig.ordering !== "makeBeforeBreak") assert.equal(sent.size, 0, "I9: nothing else");
  }

  #assertMinimal({ typeUrl, resources, removed }: SeenAnswer): void {
    const reasons = this.#reasons.get(typeUrl) ?? new Set();
    const told = this.#told(typeUrl);
    for (const { name } of resources) {
      assert.ok(reasons.has(ALL) || reasons.has(name), `I10: no reason to send ${name}`);
      assert.ok(!removed.includes(name), "I6: not sent and removed at once");
      told.delete(name);
    }
    for (const name of removed) {
      assert.ok(!told.has(name), `I8: ${name} was told to be absent twice`);
      told.add(name);
    }
    this.#reasons.delete(typeUrl);
  }

  #reason(typeUrl: string, name: string): void {
    const reasons = this.#reasons.get(typeUrl) ?? new Set();
    reasons.add(name);
    this.#reasons.set(typeUrl, reasons);
  }

  #told(typeUrl: string): Set<string> {
    const told = this.#toldAbsent.get(typeUrl) ?? new Set();
    this.#toldAbsent.set(typeUrl, told);
    return told;
  }
}

function seenDelta(frame: Buffer): SeenAnswer {
  return readDeltaAnswer(frame.subarray(5));
}
