import { Problem } from "@signalbox/base";
import type { Permission, Principal } from "@signalbox/http";
import type { RegionCatalogue } from "../region-services.ts";

/**
 * The last step of compute-api §6.3 for a create that the caller holds the permission for: whoever
 * holds it for the project itself, or everywhere, need not be checked; who holds it through the
 * organization may only name a project that is there.
 *
 * @throws Problem `not_found`
 */
export function assertProjectExists(
  principal: Principal,
  { endpoint, verb }: Permission,
  { organizationId, projectId }: { readonly organizationId: string; readonly projectId: string },
  catalogue: RegionCatalogue,
): void {
  const wanted = `${endpoint}:${verb}`;
  const { access } = principal;
  if (access.organizations.get(organizationId)?.projects.get(projectId)?.has(wanted)) return;
  if (access.global.has(wanted)) return;
  if (catalogue.projectExists(organizationId, projectId)) return;
  throw new Problem("not_found", "there is no such project");
}
