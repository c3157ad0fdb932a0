import { Problem } from "@signalbox/base";
import { allowsEverywhere, grantName, type Permission, type Principal } from "@signalbox/http";
import type { Catalogue } from "../region/region-services.ts";

/**
 * The last step of compute-api §6.3 for a create that the caller holds the permission for: whoever
 * holds it for the project itself, or everywhere, need not be checked; who holds it through the
 * organization may only name a project that is there.
 *
 * @throws Problem `not_found`
 */
export function assertProjectExists(
  principal: Principal,
  permission: Permission,
  { organizationId, projectId }: { readonly organizationId: string; readonly projectId: string },
  catalogue: Catalogue,
): void {
  const inOrganization = principal.access.organizations.get(organizationId);
  if (inOrganization?.projects.get(projectId)?.has(grantName(permission))) return;
  if (allowsEverywhere(principal, permission)) return;
  if (catalogue.projectExists(organizationId, projectId)) return;
  throw new Problem("not_found", "there is no such project");
}
