import { isDeepStrictEqual } from "node:util";
import { Problem } from "@signalbox/base";
import type { Reader } from "@signalbox/store";
import { TYPE_URLS } from "@signalbox/xds/resource";
import type { ServerEndpoints, XdsContent, XdsGroup } from "../../../model/xds-group.ts";
import type { XdsResourceChange } from "../../../model/xds-revision.ts";
import { unprocessable } from "../../shared/invalid.ts";
import type { XdsLimits } from "../xds-services.ts";
import type { ContentEdit, NewResource, ResourceKey } from "./content-edit.ts";
import { messageBytes, storedResource } from "./stored-content.ts";

/** What an edit comes to, when what is there already is left out. */
export interface ContentPlan {
  readonly changes: readonly XdsResourceChange[];
  readonly write: readonly NewResource[];
  readonly remove: readonly ResourceKey[];
  readonly endpoints: readonly ServerEndpoints[];
  readonly endpointsBefore: readonly ServerEndpoints[] | undefined;
  /** The group's counters afterwards. */
  readonly content: XdsContent;
}

/**
 * Holds an edit against what is stored.
 *
 * @throws Problem `conflict` when a resource and endpoints from servers are of one cluster;
 *   `unprocessable` when the group would hold too much
 */
export function planChange(
  reader: Reader,
  groupId: string,
  group: XdsGroup,
  edit: ContentEdit,
  limits: XdsLimits,
): ContentPlan {
  const difference = differenceOf(reader, groupId, edit);
  const { changes, write, remove } = difference;
  const resources = group.content.resources + difference.resources;
  const bytes = group.content.bytes + difference.bytes;
  const endpointsBefore = group.spec.endpoints;
  const { endpoints = endpointsBefore } = edit;
  const endpointsChanged = !isDeepStrictEqual(endpoints, endpointsBefore);
  assertRoom(resources, bytes, limits);
  const isChanged = changes.length > 0 || endpointsChanged;
  const plan = {
    changes,
    write,
    remove,
    endpoints,
    endpointsBefore: endpointsChanged ? endpointsBefore : undefined,
    content: {
      revision: group.content.revision + (isChanged ? 1 : 0),
      resources,
      bytes,
      types: typesAfter(group.content.types, write, endpoints),
    },
  };
  assertOneSource(reader, groupId, plan);
  return plan;
}

/** What of an edit is not there already, and what it adds to the group's counters. */
interface Difference extends Pick<ContentPlan, "changes" | "write" | "remove"> {
  readonly resources: number;
  readonly bytes: number;
}

function differenceOf(reader: Reader, groupId: string, edit: ContentEdit): Difference {
  const write: NewResource[] = [];
  const remove: ResourceKey[] = [];
  const changes: XdsResourceChange[] = [];
  let [resources, bytes] = [0, 0];
  for (const resource of edit.set) {
    const present = storedResource(reader, groupId, resource)?.value;
    if (present?.version === resource.version) continue;
    const { typeUrl, name, version } = resource;
    write.push(resource);
    changes.push({ typeUrl, name, ...undoOf(present), after: version });
    if (present === undefined) resources++;
    bytes += messageBytes(resource.message) - messageBytes(present?.message ?? "");
  }
  for (const key of edit.remove) {
    const present = storedResource(reader, groupId, key)?.value;
    if (present === undefined) continue;
    remove.push(key);
    changes.push({ typeUrl: key.typeUrl, name: key.name, ...undoOf(present) });
    resources--;
    bytes -= messageBytes(present.message);
  }
  return { changes, write, remove, resources, bytes };
}

function undoOf(present: NewResource | undefined): Pick<XdsResourceChange, "before" | "undo"> {
  return present === undefined ? {} : { before: present.version, undo: present.message };
}

function assertRoom(resources: number, bytes: number, limits: XdsLimits): void {
  if (resources > limits.maxResources) {
    const detail = `the group would hold ${resources} resources; at most ${limits.maxResources} are allowed`;
    throw unprocessable(detail, "");
  }
  if (bytes > limits.maxBytes) {
    const detail = `the group would hold ${bytes} bytes; at most ${limits.maxBytes} are allowed`;
    throw unprocessable(detail, "");
  }
}

/** A cluster has its endpoints from servers, or from a resource. */
function assertOneSource(
  reader: Reader,
  groupId: string,
  { write, remove, endpoints, endpointsBefore }: Omit<ContentPlan, "content" | "changes">,
): void {
  const typeUrl = TYPE_URLS.endpoint;
  const isOf = (name: string) => (key: ResourceKey) => key.typeUrl === typeUrl && key.name === name;
  const followed = new Set(endpoints.map(({ cluster }) => cluster));
  const written = write.find((key) => key.typeUrl === typeUrl && followed.has(key.name));
  const stored =
    endpointsBefore === undefined
      ? undefined
      : endpoints.find(
          ({ cluster: name }) =>
            storedResource(reader, groupId, { typeUrl, name }) !== undefined &&
            !remove.some(isOf(name)),
        );
  const name = written?.name ?? stored?.cluster;
  if (name === undefined) return;
  throw new Problem(
    "conflict",
    `the endpoints of cluster ${name} come from servers; remove one of the two sources`,
  );
}

function typesAfter(
  before: readonly string[],
  write: readonly NewResource[],
  endpoints: readonly ServerEndpoints[],
): readonly string[] {
  const types = new Set([...before, ...write.map(({ typeUrl }) => typeUrl)]);
  if (endpoints.length > 0) types.add(TYPE_URLS.endpoint);
  return types.size === before.length ? before : [...types].toSorted();
}
