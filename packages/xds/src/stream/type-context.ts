import type { Clock } from "@signalbox/base";
import type { Cache } from "../cache/cache.ts";
import type { AnyAnswer } from "../wire/any-message.ts";
import type { Node } from "../wire/node.ts";
import type { AnswerCache } from "./answer-cache.ts";
import type { TypeRules } from "./type-rules.ts";

/** What a type of a stream is made with. */
export interface TypeContext<Answer extends AnyAnswer> {
  readonly node: Node;
  readonly rules: TypeRules;
  readonly cache: Cache;
  readonly answers: AnswerCache<Answer>;
  readonly clock: Clock;
  /** Somebody waits for the names that answers change (`PlannedAnswer.changed`). */
  readonly tellsChanges: boolean;
  /** There may be something to send. Called within commits: notes it and returns. */
  readonly onChange: () => void;
}
