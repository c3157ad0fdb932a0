import type { Resource } from "../resource/resource.ts";
import type { Node } from "./node.ts";
import type { StatusDetail } from "./status-detail.ts";

/** What requests of both protocols have. */
export interface AnyRequest {
  readonly node: Node | undefined;
  readonly typeUrl: string;
  /** Nonce of the answer that the client speaks of; empty when it speaks of none. */
  readonly responseNonce: string;
  /** Present when the client refused that answer. */
  readonly errorDetail: StatusDetail | undefined;
}

/** What answers of both protocols have. */
export interface AnyAnswer {
  readonly typeUrl: string;
  readonly resources: readonly Resource[];
}
