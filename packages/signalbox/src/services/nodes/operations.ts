import type { Operation } from "@signalbox/http";
import { getNodeAuthority } from "./authority/get.ts";
import { rotateNodeAuthority } from "./authority/rotate.ts";
import { createNodeCredential } from "./credentials/create.ts";
import type { NodesServices } from "./nodes-services.ts";
import { createJoinToken } from "./tokens/create.ts";

/** Who is let in to machines, over REST. The machines themselves are reached over the node API. */
export const NODES_OPERATIONS: readonly Operation<NodesServices>[] = [
  createNodeCredential,
  createJoinToken,
  getNodeAuthority,
  rotateNodeAuthority,
];
