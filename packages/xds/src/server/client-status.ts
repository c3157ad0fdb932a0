import type { RefusedAnswer } from "../stream/answer-ledger.ts";
import type { ResourceStatus } from "../stream/resource-status.ts";
import type { TypeStanding } from "../stream/type-standing.ts";
import type { AnyAnswer } from "../wire/any-message.ts";
import type { StreamInfo } from "./callbacks.ts";

/** A version, and when it was sent or accepted: wall-clock time, milliseconds since the epoch. */
export interface VersionAt {
  readonly version: string;
  readonly at: number;
}

/** How one type stands with one client. */
export interface TypeStatus {
  readonly typeUrl: string;
  readonly isWildcard: boolean;
  /** Names and globs that the client holds: a list that is made when asked for. */
  readonly names: readonly string[];
  readonly sent: VersionAt | undefined;
  readonly acked: VersionAt | undefined;
  /** The last refusal, until an answer is accepted. */
  readonly nacked: RefusedAnswer | undefined;
  /** Whether an answer waits for the client's word. */
  readonly isAwaited: boolean;
  /** Made when asked for: the cost follows the resources. */
  resources(): Iterable<ResourceStatus>;
}

/** Who is connected, and how each type stands with it. */
export interface ClientStatus {
  readonly stream: StreamInfo;
  readonly types: readonly TypeStatus[];
}

export function typeStatus<Answer extends AnyAnswer>(standing: TypeStanding<Answer>): TypeStatus {
  const { rules, interest, ledger } = standing;
  return {
    typeUrl: rules.typeUrl,
    isWildcard: interest.isWildcard,
    get names() {
      return [...interest.names, ...interest.globs.keys()];
    },
    sent: ledger.lastSent,
    acked: ledger.lastAcked,
    nacked: ledger.lastNacked,
    isAwaited: ledger.inFlight !== undefined,
    resources: () => standing.status(),
  };
}
