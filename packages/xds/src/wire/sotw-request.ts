import type { Node } from "./node.ts";
import type { StatusDetail } from "./status-detail.ts";

/** `DiscoveryRequest` (xds §1.2): the client's whole interest in one type. */
export interface SotwRequest {
  readonly node: Node | undefined;
  readonly typeUrl: string;
  /** What the client runs with; empty before its first accepted answer. */
  readonly versionInfo: string;
  readonly resourceNames: readonly string[];
  readonly responseNonce: string;
  /** Present when the client refused the answer with `responseNonce`. */
  readonly errorDetail: StatusDetail | undefined;
}
