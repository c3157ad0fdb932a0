import { fromBinary } from "@bufbuild/protobuf";
import {
  DeltaDiscoveryResponseSchema,
  DiscoveryResponseSchema,
  ResourceSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import { Resource } from "../../resource/resource.ts";
import { type ResourceTypeName, TYPE_URLS } from "../../resource/resource-types.ts";

const WRAPPER = "type.googleapis.com/envoy.service.discovery.v3.Resource";

/** A resource as a client of these tests sees it. */
export interface SeenResource {
  readonly name: string;
  /** Undefined: sent without content. */
  readonly content: string | undefined;
  /** Incremental only. */
  readonly version: string;
  readonly ttlMs: number | undefined;
  readonly aliases: readonly string[];
  readonly isWrapped: boolean;
}

/** An answer of either protocol, decoded by generated code. */
export interface SeenAnswer {
  readonly typeUrl: string;
  readonly version: string;
  readonly nonce: string;
  readonly resources: readonly SeenResource[];
  readonly removed: readonly string[];
}

/** What a resource may have besides content. */
interface MoreOfResource {
  readonly ttlMs?: number;
  readonly aliases?: readonly string[];
}

/** {@link testResource} of a type by its short name. */
export function resourceOf(
  type: ResourceTypeName,
  name: string,
  content = "1",
  more: MoreOfResource = {},
): Resource {
  return testResource(TYPE_URLS[type], name, content, more);
}

/** Content that names itself, since bare resources of the state of the world carry no name. */
export function testResource(
  typeUrl: string,
  name: string,
  content: string,
  more: MoreOfResource = {},
): Resource {
  return new Resource({
    typeUrl,
    name,
    bytes: Buffer.from(JSON.stringify([name, content])),
    ...more,
  });
}

export function readSotwAnswer(message: Uint8Array): SeenAnswer {
  const answer = fromBinary(DiscoveryResponseSchema, message);
  const resources = answer.resources.map((any): SeenResource => {
    if (any.typeUrl !== WRAPPER) return seen("", any.value, false);
    return readWrapper(any.value);
  });
  const { typeUrl, versionInfo: version, nonce } = answer;
  return { typeUrl, version, nonce, resources, removed: [] };
}

export function readDeltaAnswer(message: Uint8Array): SeenAnswer {
  const answer = fromBinary(DeltaDiscoveryResponseSchema, message);
  const { typeUrl, systemVersionInfo: version, nonce, removedResources: removed } = answer;
  const resources = answer.resources.map((resource) => ({
    ...seen(resource.name, resource.resource?.value, true),
    version: resource.version,
    aliases: resource.aliases,
    ttlMs: milliseconds(resource.ttl),
  }));
  return { typeUrl, version, nonce, resources, removed };
}

function readWrapper(bytes: Uint8Array): SeenResource {
  const wrapper = fromBinary(ResourceSchema, bytes);
  const content = seen(wrapper.name, wrapper.resource?.value, true);
  return { ...content, ttlMs: milliseconds(wrapper.ttl), aliases: wrapper.aliases };
}

function seen(name: string, value: Uint8Array | undefined, isWrapped: boolean): SeenResource {
  const common = { version: "", ttlMs: undefined, aliases: [], isWrapped };
  if (value === undefined) return { ...common, name, content: undefined };
  // Real messages are not looked into; the wrapper names them.
  if (value[0] !== "[".charCodeAt(0)) return { ...common, name, content: "" };
  const [inside, content] = JSON.parse(Buffer.from(value).toString()) as [string, string];
  return { ...common, name: name === "" ? inside : name, content };
}

function milliseconds(
  duration: { readonly seconds: bigint; readonly nanos: number } | undefined,
): number | undefined {
  return duration && Number(duration.seconds) * 1000 + duration.nanos / 1e6;
}
