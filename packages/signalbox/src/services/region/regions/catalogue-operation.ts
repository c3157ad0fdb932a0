import type { Operation, OperationReply, Permission, Principal } from "@signalbox/http";
import type { TSchema } from "typebox";
import type { Region } from "../../../model/region.ts";
import type { RegionServices } from "../region-services.ts";
import { ORGANIZATION_REGION_PATH, REGION_PATH } from "../schemas/path-schema.ts";
import { answers } from "../../shared/answers.ts";
import { inOrganization } from "../shared/in-organization.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { requireRegion } from "./visible-region.ts";

interface CatalogueRead {
  readonly id: string;
  /** What follows the region in the path; empty: the region itself. */
  readonly suffix: string;
  readonly summary: string;
  readonly permission: Permission;
  readonly schema: TSchema;
  readonly cacheControl?: string;
  readonly read: (region: Region, services: RegionServices) => unknown;
}

/** The catalogue changes with the operator's configuration alone. */
export const CACHEABLE = "private, max-age=300";

/** A read of something about a region, in v2. */
export function catalogueRead(spec: CatalogueRead): Operation<RegionServices> {
  return regionOperation({
    ...common(spec),
    path: `/api/v2/regions/{regionID}${spec.suffix}`,
    tag: "regions",
    params: REGION_PATH,
    handler: ({ params, principal }, services) => reply(spec, params.regionID, principal, services),
  });
}

/** The same in v1, where the path names an organization. */
export function catalogueReadV1(spec: CatalogueRead): Operation<RegionServices> {
  return regionOperation({
    ...common(spec),
    id: `${spec.id}V1`,
    path: `/api/v1/organizations/{organizationID}/regions/{regionID}${spec.suffix}`,
    tag: "v1",
    params: ORGANIZATION_REGION_PATH,
    target: inOrganization("regions"),
    handler: ({ params, principal }, services) => reply(spec, params.regionID, principal, services),
  });
}

function common({ id, summary, permission, schema, cacheControl = "no-cache" }: CatalogueRead) {
  const responses = answers(200, "What there is.", schema);
  return { id, method: "GET", summary, permission, responses, cacheControl } as const;
}

function reply(
  { read }: CatalogueRead,
  regionId: string,
  principal: Principal,
  services: RegionServices,
): OperationReply {
  const region = requireRegion(principal, regionId, services.catalogue);
  return { status: 200, body: read(region, services) };
}
