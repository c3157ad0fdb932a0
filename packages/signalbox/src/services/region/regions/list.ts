import {
  encodeCursor,
  type OperationReply,
  PAGING_QUERY,
  pageRequest,
  type Principal,
} from "@signalbox/http";
import { Type } from "typebox";
import type { RegionServices } from "../region-services.ts";
import { ORGANIZATION_PATH } from "../schemas/path-schema.ts";
import { REGIONS_READ } from "../schemas/region-schema.ts";
import { answers } from "../../shared/answers.ts";
import { inOrganization } from "../shared/in-organization.ts";
import { regions } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { regionReadModel } from "./region-read-model.ts";
import { isVisible } from "./visible-region.ts";

const permission = regions("read");
const summary = "List the regions that the caller may use";
const responses = answers(200, "The regions, by id.", REGIONS_READ);
const REGION_LIST_QUERY = Type.Object({
  ...PAGING_QUERY.properties,
  name: Type.Optional(Type.Array(Type.String(), { description: "Exact name; any may match." })),
});

export const listRegions = regionOperation({
  id: "listRegions",
  method: "GET",
  path: "/api/v2/regions",
  summary,
  tag: "regions",
  permission,
  query: REGION_LIST_QUERY,
  responses,
  handler: ({ query, principal }, services) => visibleRegions(query, principal, services),
});

export const listRegionsV1 = regionOperation({
  id: "listRegionsV1",
  method: "GET",
  path: "/api/v1/organizations/{organizationID}/regions",
  summary,
  tag: "v1",
  permission,
  params: ORGANIZATION_PATH,
  query: REGION_LIST_QUERY,
  responses,
  target: inOrganization("regions"),
  handler: ({ query, principal }, services) => visibleRegions(query, principal, services),
});

interface RegionListQuery {
  readonly name?: readonly string[];
  readonly limit?: number;
  readonly cursor?: string;
}

function visibleRegions(
  query: RegionListQuery,
  principal: Principal,
  { catalogue, providerOf }: RegionServices,
): OperationReply {
  const { limit, after = "" } = pageRequest(query);
  const visible = [...catalogue.regions.values()]
    .filter((region) => isVisible(principal, region) && region.id > after)
    .filter((region) => query.name?.includes(region.name) ?? true)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = visible.slice(0, limit);
  const last = page.at(-1);
  return {
    status: 200,
    body: page.map((region) => regionReadModel(region, providerOf(region.id))),
    nextCursor:
      page.length < visible.length && last !== undefined ? encodeCursor(last.id) : undefined,
  };
}
