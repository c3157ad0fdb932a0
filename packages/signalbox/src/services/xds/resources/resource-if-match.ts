import { Problem } from "@signalbox/base";
import { assertIfMatch } from "@signalbox/http";
import type { Reader } from "@signalbox/store";
import type { ResourceKey } from "../content/content-edit.ts";
import { storedResource } from "../content/stored-content.ts";

/** Refuses what was decided on the sight of an older state of the resource. */
export function assertResourceIfMatch(
  ifMatch: readonly string[] | undefined,
  reader: Reader,
  groupId: string,
  key: ResourceKey,
): void {
  if (ifMatch === undefined) return;
  const present = storedResource(reader, groupId, key);
  if (present === undefined) throw new Problem("precondition_failed", "there is no such resource");
  assertIfMatch(ifMatch, present.revision);
}
