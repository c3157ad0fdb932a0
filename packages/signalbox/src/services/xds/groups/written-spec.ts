import type { Reader } from "@signalbox/store";
import type { Static } from "typebox";
import { NETWORK } from "../../../model/kinds.ts";
import type { ServerEndpoints, ServerSelector, XdsGroup } from "../../../model/xds-group.ts";
import { unprocessable } from "../../shared/invalid.ts";
import type { XDS_GROUP_UPDATE } from "../schemas/group-schema.ts";

type Written = Static<typeof XDS_GROUP_UPDATE>["spec"];

/**
 * What is to be stored of a written spec: what is left out is none (compute-api §3.6).
 *
 * @param projectId the group's: its servers and networks are the only ones it may use
 * @throws Problem `unprocessable`
 */
export function writtenGroupSpec(
  { nodes = {}, endpoints = [] }: Written,
  projectId: string,
  reader: Reader,
): XdsGroup["spec"] {
  const clusters = new Set<string>();
  for (const [index, { cluster, from }] of endpoints.entries()) {
    const pointer = `/spec/endpoints/${index}`;
    if (clusters.has(cluster)) {
      throw unprocessable(`cluster ${cluster} is named twice`, `${pointer}/cluster`);
    }
    clusters.add(cluster);
    checkSelector(from, projectId, reader, `${pointer}/from`);
  }
  return {
    nodes: { ids: distinct(nodes.ids), clusters: distinct(nodes.clusters) },
    endpoints: endpoints.map(
      ({ cluster, port, from }): ServerEndpoints => ({ cluster, port, from }),
    ),
  };
}

/** No selector at all would make every server of the project an endpoint, by oversight. */
function checkSelector(
  { networkId, tags = {} }: ServerSelector,
  projectId: string,
  reader: Reader,
  pointer: string,
): void {
  if (networkId === undefined && Object.keys(tags).length === 0) {
    throw unprocessable("which servers? give networkId, tags or both", pointer);
  }
  if (networkId === undefined) return;
  const network = reader.get(NETWORK, networkId)?.value.metadata;
  if (network?.projectId !== projectId || network.apiVersion !== 2) {
    throw unprocessable("there is no such network in the project", `${pointer}/networkId`);
  }
}

function distinct(names: readonly string[] = []): readonly string[] {
  return [...new Set(names)].toSorted();
}
