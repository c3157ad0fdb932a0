import { compareFlavors } from "../../../model/flavor-order.ts";
import {
  EXTERNAL_NETWORKS_READ,
  FLAVORS_READ,
  REGION_DETAIL_READ,
  REGION_READ,
} from "../schemas/region-schema.ts";
import { externalNetworks, flavors, regionDetails, regions } from "../shared/permissions.ts";
import { CACHEABLE, catalogueRead, catalogueReadV1 } from "./catalogue-operation.ts";
import { flavorReadModel, regionDetailReadModel, regionReadModel } from "./region-read-model.ts";

const DETAIL = {
  id: "getRegionDetail",
  suffix: "/detail",
  summary: "Read how a region is run",
  permission: regionDetails("read"),
  schema: REGION_DETAIL_READ,
  read: (region, { providerOf }) => regionDetailReadModel(region, providerOf(region.id)),
} satisfies Parameters<typeof catalogueRead>[0];

const FLAVORS = {
  id: "listFlavors",
  suffix: "/flavors",
  summary: "List a region's flavors",
  permission: flavors("read"),
  schema: FLAVORS_READ,
  cacheControl: CACHEABLE,
  read: (region) =>
    [...region.flavors].sort(compareFlavors).map((flavor) => flavorReadModel(flavor, region)),
} satisfies Parameters<typeof catalogueRead>[0];

const EXTERNAL_NETWORKS = {
  id: "listExternalNetworks",
  suffix: "/externalnetworks",
  summary: "List a region's external networks",
  permission: externalNetworks("read"),
  schema: EXTERNAL_NETWORKS_READ,
  cacheControl: CACHEABLE,
  read: (region) => region.externalNetworks,
} satisfies Parameters<typeof catalogueRead>[0];

/** Reads about one region, in both generations of the API (compute-api §2.2, §8 row 14). */
export const CATALOGUE_READS = [
  catalogueRead({
    id: "getRegion",
    suffix: "",
    summary: "Read a region",
    permission: regions("read"),
    schema: REGION_READ,
    read: (region, { providerOf }) => regionReadModel(region, providerOf(region.id)),
  }),
  catalogueRead(DETAIL),
  catalogueReadV1(DETAIL),
  catalogueRead(FLAVORS),
  catalogueReadV1(FLAVORS),
  catalogueRead(EXTERNAL_NETWORKS),
  catalogueReadV1(EXTERNAL_NETWORKS),
];
