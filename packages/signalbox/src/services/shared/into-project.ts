import type { AddressedObject } from "@signalbox/http";

/** The target of a create whose body names the project that it goes into. */
export function intoProject(
  { organizationId, projectId }: { readonly organizationId: string; readonly projectId: string },
  type: string,
): AddressedObject<undefined> {
  return { object: undefined, tenancy: { organizationId, projectId }, type, id: "" };
}

/** The same for what belongs to an organization. */
export function intoOrganization(organizationId: string, type: string): AddressedObject<undefined> {
  return { object: undefined, tenancy: { organizationId }, type, id: "" };
}
