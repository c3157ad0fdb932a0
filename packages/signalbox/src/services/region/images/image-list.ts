import { allows, matchesTags, type Principal, tagFilters } from "@signalbox/http";
import type { Image, ImageState } from "../../../model/image.ts";
import { IMAGE } from "../../../model/kinds.ts";
import { images } from "../shared/permissions.ts";
import type { ResourceSet } from "../../shared/resource-set.ts";

/** What lists of images may be filtered by. */
export interface ImageListQuery {
  readonly organizationID?: readonly string[];
  readonly scope?: "owned" | "available";
  readonly status?: readonly ImageState[];
  readonly name?: readonly string[];
  readonly tag?: readonly string[];
  /** Snapshots of this server alone. */
  readonly serverID?: readonly string[];
}

/**
 * The images of a region that match (compute-api §2.1): without an organization those that
 * everybody may use; with some, also theirs as far as the caller may read them, or with scope
 * `owned` theirs alone.
 */
export function imageList(
  regionId: string,
  query: ImageListQuery,
  principal: Principal,
): ResourceSet<Image> {
  const { organizationID = [], scope = "available", status, name, serverID } = query;
  const owners = new Set(
    organizationID.filter((organizationId) =>
      allows(principal, images("read"), { organizationId }),
    ),
  );
  const withGlobal = organizationID.length === 0 || scope === "available";
  const tags = tagFilters(query.tag);
  const belongs = ({ organizationId }: Image): boolean =>
    organizationId === undefined ? withGlobal : owners.has(organizationId);
  const filter = (image: Image): boolean =>
    image.regionId === regionId &&
    image.metadata.deletedAt === undefined &&
    belongs(image) &&
    (status?.includes(image.status.state) ?? true) &&
    (name?.includes(image.metadata.name) ?? true) &&
    (serverID?.includes(sourceServer(image) ?? "") ?? true) &&
    matchesTags(image.metadata.tags, tags);
  return { kind: IMAGE, filter, index: { name: "region", value: regionId } };
}

function sourceServer({ source }: Image): string | undefined {
  return source.type === "snapshot" ? source.serverId : undefined;
}
