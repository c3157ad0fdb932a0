import assert from "node:assert/strict";
import { TYPE_URLS, type ResourceTypeName } from "../../resource/resource-types.ts";
import type { DeltaRequest } from "../../wire/delta-request.ts";
import type { SotwRequest } from "../../wire/sotw-request.ts";
import { readDeltaAnswer, readSotwAnswer, type SeenAnswer } from "./answers.ts";
import type { OpenStream, StreamRig } from "./stream-rig.ts";
import type { DeltaAnswer, SotwAnswer } from "../../wire/answer.ts";

const ERROR = { code: 13, message: "refused" } as const;

/** Plays the client's side of a state-of-the-world stream, request by request. */
export class SotwTranscript {
  readonly #rig: StreamRig;
  readonly open: OpenStream<SotwRequest, SotwAnswer>;
  readonly #last = new Map<string, SeenAnswer>();

  constructor(rig: StreamRig, open: OpenStream<SotwRequest, SotwAnswer>) {
    this.#rig = rig;
    this.open = open;
  }

  /** The client sends; names default to none, version and nonce to empty. */
  send(type: ResourceTypeName, request: Partial<SotwRequest> = {}): void {
    this.open.stream.receive({
      node: undefined,
      versionInfo: "",
      resourceNames: [],
      responseNonce: "",
      errorDetail: undefined,
      ...request,
      typeUrl: TYPE_URLS[type],
    });
    this.#rig.turn();
  }

  /** The client accepts the last answer of the type. */
  ack(type: ResourceTypeName, resourceNames: readonly string[] = []): void {
    const { version, nonce } = this.#of(type);
    this.send(type, { versionInfo: version, responseNonce: nonce, resourceNames });
  }

  /** The client refuses the last answer of the type. */
  nack(type: ResourceTypeName, resourceNames: readonly string[] = [], versionInfo = ""): void {
    const { nonce } = this.#of(type);
    this.send(type, { versionInfo, responseNonce: nonce, resourceNames, errorDetail: ERROR });
  }

  /** All that was answered since. */
  answers(): readonly SeenAnswer[] {
    this.#rig.turn();
    const answers = drain(() => this.open.port.read(), readSotwAnswer);
    for (const answer of answers) this.#last.set(answer.typeUrl, answer);
    return answers;
  }

  /** The one answer that came. */
  answer(): SeenAnswer {
    return only(this.answers());
  }

  silence(): void {
    assert.deepEqual(this.answers(), []);
  }

  #of(type: ResourceTypeName): SeenAnswer {
    return required(this.#last.get(TYPE_URLS[type]));
  }
}

/** Plays the client's side of an incremental stream, request by request. */
export class DeltaTranscript {
  readonly #rig: StreamRig;
  readonly open: OpenStream<DeltaRequest, DeltaAnswer>;
  readonly #last = new Map<string, SeenAnswer>();

  constructor(rig: StreamRig, open: OpenStream<DeltaRequest, DeltaAnswer>) {
    this.#rig = rig;
    this.open = open;
  }

  send(type: ResourceTypeName, request: Partial<DeltaRequest> = {}): void {
    this.open.stream.receive({
      node: undefined,
      subscribe: [],
      unsubscribe: [],
      initialVersions: new Map(),
      responseNonce: "",
      errorDetail: undefined,
      ...request,
      typeUrl: TYPE_URLS[type],
    });
    this.#rig.turn();
  }

  ack(type: ResourceTypeName): void {
    this.send(type, { responseNonce: required(this.#last.get(TYPE_URLS[type])).nonce });
  }

  nack(type: ResourceTypeName): void {
    const { nonce } = required(this.#last.get(TYPE_URLS[type]));
    this.send(type, { responseNonce: nonce, errorDetail: ERROR });
  }

  answers(): readonly SeenAnswer[] {
    this.#rig.turn();
    const answers = drain(() => this.open.port.read(), readDeltaAnswer);
    for (const answer of answers) this.#last.set(answer.typeUrl, answer);
    return answers;
  }

  answer(): SeenAnswer {
    return only(this.answers());
  }

  silence(): void {
    assert.deepEqual(this.answers(), []);
  }
}

/** Names in an answer, sorted. */
export function namesIn(answer: SeenAnswer): readonly string[] {
  return answer.resources.map(({ name }) => name).toSorted();
}

function drain(
  read: () => Buffer | undefined,
  decode: (message: Uint8Array) => SeenAnswer,
): readonly SeenAnswer[] {
  const answers: SeenAnswer[] = [];
  for (let next = read(); next !== undefined; next = read()) answers.push(decode(next));
  return answers;
}

function only(answers: readonly SeenAnswer[]): SeenAnswer {
  assert.equal(answers.length, 1, `one answer: ${JSON.stringify(answers)}`);
  return required(answers[0]);
}

function required<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}
