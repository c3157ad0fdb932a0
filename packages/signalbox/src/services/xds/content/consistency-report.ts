import type { Reader } from "@signalbox/store";
import { Resource, TYPE_URLS } from "@signalbox/xds/resource";
import type { ConsistencyReport } from "@signalbox/xds/consistency";
import type { Static } from "typebox";
import type { ResourceCodec } from "../../../traffic/codec/resource-codec.ts";
import { servedResource } from "../../../traffic/served-resource.ts";
import type { XDS_CHANGE } from "../schemas/change-schema.ts";
import { labelled } from "../shared/resource-type.ts";
import type { ResourceKey } from "./content-edit.ts";
import type { ContentPlan } from "./plan-change.ts";
import { storedResources } from "./stored-content.ts";

type Shown = NonNullable<Static<typeof XDS_CHANGE>["consistency"]>;

/** Whether what a group would serve after a plan fits together. */
export function reportConsistency(
  codec: ResourceCodec,
  reader: Reader,
  groupId: string,
  plan: ContentPlan,
): Shown {
  const after = new Map<string, Resource>();
  for (const stored of storedResources(reader, groupId)) {
    after.set(keyOf(stored), servedResource(stored));
  }
  for (const key of plan.remove) after.delete(keyOf(key));
  for (const { typeUrl, name, message } of plan.write) {
    const bytes = Buffer.from(message, "base64");
    after.set(keyOf({ typeUrl, name }), new Resource({ typeUrl, name, bytes }));
  }
  for (const { cluster: name } of plan.endpoints) {
    const typeUrl = TYPE_URLS.endpoint;
    after.set(keyOf({ typeUrl, name }), new Resource({ typeUrl, name, bytes: new Uint8Array() }));
  }
  return shown(codec.check([...after.values()]));
}

const keyOf = ({ typeUrl, name }: ResourceKey): string => `${typeUrl} ${name}`;

function shown({ isConsistent, dangling, unreferenced, unreadable }: ConsistencyReport): Shown {
  return {
    isConsistent,
    dangling: dangling.map(({ from, to, severity }) => ({
      from: labelled(from),
      to: labelled(to),
      severity,
    })),
    unreferenced: unreferenced.map(({ resource, severity }) => ({
      resource: labelled(resource),
      severity,
    })),
    unreadable: unreadable.map(({ resource, reason, severity }) => ({
      resource: labelled(resource),
      reason,
      severity,
    })),
  };
}
