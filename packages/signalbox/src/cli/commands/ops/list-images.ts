import type { Session } from "../../client/session.ts";
import { type ApiResource, isApiResource } from "../../resources/api-resource.ts";
import { listResources } from "../../resources/find-resource.ts";
import { REGION_TYPE } from "../../resources/resource-types.ts";

/** The images of every region: the organization's own, and those for everybody. */
export async function listImages(session: Session): Promise<readonly ApiResource[]> {
  const query = { organizationID: session.require("organization") };
  const regions = await listResources(session, REGION_TYPE);
  const lists = await Promise.all(
    regions.map(({ metadata: { id } }) =>
      session.client.list(`/api/v2/regions/${encodeURIComponent(id)}/images`, query),
    ),
  );
  return lists.flat().filter(isApiResource);
}
