import { assertIfMatch } from "@signalbox/http";
import type { Static } from "typebox";
import type { ResourceCodec } from "../../../traffic/codec/resource-codec.ts";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { unprocessable } from "../../shared/invalid.ts";
import { changeContent } from "../content/change-content.ts";
import type { NewResource } from "../content/content-edit.ts";
import { readMessage } from "../content/read-message.ts";
import { storedId, storedResources } from "../content/stored-content.ts";
import { XDS_CHANGE } from "../schemas/change-schema.ts";
import { XDS_GROUP_PATH } from "../schemas/path-schema.ts";
import { REPLACE_QUERY, XDS_RESOURCES_WRITE } from "../schemas/resource-schema.ts";
import { groupTarget } from "../shared/group-target.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsResources } from "../shared/xds-permissions.ts";

export const replaceXdsResources = xdsOperation({
  id: "replaceXdsResources",
  method: "PUT",
  path: "/api/v2/xds/groups/{groupID}/resources",
  summary: "Put many resources into an xDS group, or replace all, at once",
  description:
    "What is left out is removed, unless keepOthers is true. Clients see all of it as one change.",
  tag: "xDS resources",
  permission: xdsResources("update"),
  params: XDS_GROUP_PATH,
  query: REPLACE_QUERY,
  body: XDS_RESOURCES_WRITE,
  responses: answers(200, "What has changed.", XDS_CHANGE, 409, 412, 422, ...WITH_BODY),
  target: groupTarget,
  handler: async ({ target, query, body, principal, ifMatch, signal }, services) => {
    const set = readAll(await services.xds.codec(), target.id, body);
    return changeContent(
      {
        groupId: target.id,
        dryRun: query.dryRun,
        principal,
        signal,
        action: { action: query.keepOthers === true ? "put" : "replace" },
        edit: (reader, group) => {
          assertIfMatch(ifMatch, group.revision);
          if (query.keepOthers === true) return { set, remove: [] };
          const kept = new Set(set.map((resource) => storedId(group.id, resource)));
          const remove = storedResources(reader, group.id).filter(
            (resource) => !kept.has(storedId(group.id, resource)),
          );
          return { set, remove };
        },
      },
      services,
    );
  },
});

/** @throws Problem `unprocessable` for what cannot be read, or is there twice */
function readAll(
  codec: ResourceCodec,
  groupId: string,
  { resources }: Static<typeof XDS_RESOURCES_WRITE>,
): readonly NewResource[] {
  const seen = new Set<string>();
  return resources.map(({ name, resource: json }, index) => {
    const pointer = `/resources/${index}`;
    const resource = readMessage(codec, json, name, `${pointer}/resource`);
    const id = storedId(groupId, resource);
    if (seen.has(id)) throw unprocessable(`${resource.name} is there twice`, pointer);
    seen.add(id);
    return resource;
  });
}
