import type { Node } from "./node.ts";
import type { StatusDetail } from "./status-detail.ts";

/** `DeltaDiscoveryRequest` (xds §1.2): a change of the client's interest in one type. */
export interface DeltaRequest {
  readonly node: Node | undefined;
  readonly typeUrl: string;
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  /** What a reconnecting client has: name → version. Counts on the first request of a type. */
  readonly initialVersions: ReadonlyMap<string, string>;
  readonly responseNonce: string;
  /** Present when the client refused the answer with `responseNonce`. */
  readonly errorDetail: StatusDetail | undefined;
}
