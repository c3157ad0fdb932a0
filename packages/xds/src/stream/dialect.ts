import type { Result } from "@signalbox/base";
import type { DeltaAnswer, SotwAnswer } from "../wire/answer.ts";
import type { AnyAnswer, AnyRequest } from "../wire/any-message.ts";
import { decodeDeltaRequest } from "../wire/decode-delta-request.ts";
import { decodeSotwRequest } from "../wire/decode-sotw-request.ts";
import type { DeltaRequest } from "../wire/delta-request.ts";
import { type AnswerHeader, encodeDelta, encodeSotw } from "../wire/encode-answer.ts";
import type { SotwRequest } from "../wire/sotw-request.ts";
import { DeltaType } from "./delta-type.ts";
import { SotwType } from "./sotw-type.ts";
import type { TypeContext } from "./type-context.ts";
import type { TypeMachine } from "./type-machine.ts";

/** State of the world, or incremental. */
export type StreamKind = "sotw" | "delta";

/** One of the two protocols that a stream may speak. */
export interface Dialect<Request extends AnyRequest, Answer extends AnyAnswer> {
  readonly kind: StreamKind;
  decode(bytes: Uint8Array): Result<Request>;
  encode(answer: Answer, header: AnswerHeader): Buffer;
  createType(context: TypeContext<Answer>): TypeMachine<Request, Answer>;
  /** Every name in a request, and every version that it brings, for limits. */
  namesOf(request: Request): Iterable<string>;
  withType(request: Request, typeUrl: string): Request;
  versionOf(answer: Answer): string;
}

/** State of the world. */
export const SOTW: Dialect<SotwRequest, SotwAnswer> = Object.freeze({
  kind: "sotw",
  decode: decodeSotwRequest,
  encode: encodeSotw,
  createType: (context: TypeContext<SotwAnswer>) => new SotwType(context),
  namesOf: ({ resourceNames }: SotwRequest) => resourceNames,
  withType: (request: SotwRequest, typeUrl: string) => ({ ...request, typeUrl }),
  versionOf: ({ versionInfo }: SotwAnswer) => versionInfo,
});

/** Incremental. */
export const DELTA: Dialect<DeltaRequest, DeltaAnswer> = Object.freeze({
  kind: "delta",
  decode: decodeDeltaRequest,
  encode: encodeDelta,
  createType: (context: TypeContext<DeltaAnswer>) => new DeltaType(context),
  namesOf: function* ({ subscribe, unsubscribe, initialVersions }: DeltaRequest) {
    yield* subscribe;
    yield* unsubscribe;
    yield* initialVersions.keys();
    yield* initialVersions.values();
  },
  withType: (request: DeltaRequest, typeUrl: string) => ({ ...request, typeUrl }),
  versionOf: ({ systemVersionInfo }: DeltaAnswer) => systemVersionInfo,
});
