import { fail, ok, type Result } from "@signalbox/base";
import type { Tag } from "./metadata.ts";

/** Tags of this form belong to services (compute-api §1.2): callers may not write them. */
const RESERVED = /^[a-z]+\.unikorn-cloud\.org:/;
/** Set by this service on images; a caller's own of these names are dropped (compute-api §1.3). */
const IMAGE_OWN = "images.unikorn-cloud.org:";

export function isReservedTag(name: string): boolean {
  return RESERVED.test(name);
}

/**
 * The tags that a resource has after a write. A service's tags stay when a tenant's update leaves
 * them out, and may be sent back unchanged; a tenant may not add or change one.
 *
 * @param privileged true for system accounts, which may write any tag
 */
export function writtenTags(
  requested: readonly Tag[] | undefined,
  present: readonly Tag[],
  privileged: boolean,
): Result<readonly Tag[]> {
  const wanted = requested ?? [];
  if (privileged) return ok(wanted);
  const owned = present.filter((tag) => isReservedTag(tag.name));
  const isOwned = (tag: Tag): boolean =>
    owned.some(({ name, value }) => name === tag.name && value === tag.value);
  const intruder = wanted.find((tag) => isReservedTag(tag.name) && !isOwned(tag));
  if (intruder !== undefined) {
    return fail("tag names of the form SERVICE.unikorn-cloud.org: are reserved");
  }
  return ok([...wanted.filter((tag) => !isReservedTag(tag.name)), ...owned]);
}

/** Tags for a new image: names that this service sets itself are left out, so they cannot lie. */
export function withoutImageTags(requested: readonly Tag[] | undefined): readonly Tag[] {
  return (requested ?? []).filter((tag) => !tag.name.startsWith(IMAGE_OWN));
}

/** The tags that say where an image comes from (compute-api §1.3). */
export function imageTags(
  source: "import" | "snapshot" | "builtin",
  organizationId: string | undefined,
): readonly Tag[] {
  if (source === "builtin") return [];
  const tags = [{ name: `${IMAGE_OWN}source`, value: source }];
  if (organizationId === undefined) return tags;
  return [...tags, { name: `${IMAGE_OWN}organization-id`, value: organizationId }];
}
