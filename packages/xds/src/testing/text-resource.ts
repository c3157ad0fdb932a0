import { Resource } from "../resource/resource.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";

/** A resource whose content is a text; caches don't look into it. */
export function textResource(
  name: string,
  content = "",
  more: { readonly typeUrl?: string; readonly aliases?: readonly string[] } = {},
): Resource {
  const { typeUrl = TYPE_URLS.endpoint, aliases = [] } = more;
  return new Resource({ name, typeUrl, bytes: Buffer.from(content), aliases });
}

/** `name=content` of each resource, sorted: what a test compares. */
export function contentsOf(resources: Iterable<Resource>): string[] {
  return Array.from(
    resources,
    ({ name, bytes }) => `${name}=${Buffer.from(bytes).toString()}`,
  ).toSorted();
}
