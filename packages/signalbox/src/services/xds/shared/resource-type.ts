import { fail, ok, type Result } from "@signalbox/base";
import {
  RESOURCE_TYPES,
  type ResourceType,
  resourceTypeOf,
  TYPE_URLS,
} from "@signalbox/xds/resource";

const PREFIX = "type.googleapis.com/";

/** Types whose messages do not say their name: whoever writes them does. */
const NAMED_BY_WRITER: ReadonlySet<string> = new Set([
  TYPE_URLS.localityEndpoint,
  TYPE_URLS.virtualHost,
]);

/** The types that a group can hold: those whose messages are known here. */
const HELD = RESOURCE_TYPES.filter(({ name }) => name !== "rateLimit");

/** Names of the types that a group can hold. */
export const HELD_TYPES: readonly string[] = HELD.map(({ name }) => name);

/** A type by its name (`cluster`), its message or its type URL. */
export function parseResourceType(text: string): Result<ResourceType> {
  const found = HELD.find(
    ({ name, typeUrl }) => text === name || text === typeUrl || PREFIX + text === typeUrl,
  );
  return found === undefined ? fail(`must be one of ${HELD_TYPES.join(", ")}`) : ok(found);
}

export function isNamedByWriter(typeUrl: string): boolean {
  return NAMED_BY_WRITER.has(typeUrl);
}

/** The short name of a type; its URL where xDS does not define it. */
export function typeLabel(typeUrl: string): string {
  return resourceTypeOf(typeUrl)?.name ?? typeUrl;
}

/** Which resource, as the API says it. */
export interface LabelledKey {
  /** The short name of its type. */
  readonly type: string;
  readonly typeUrl: string;
  readonly name: string;
}

/** A resource's key with the short name of its type. */
export function labelled({ typeUrl, name }: Pick<LabelledKey, "typeUrl" | "name">): LabelledKey {
  return { type: typeLabel(typeUrl), typeUrl, name };
}
