import { Problem } from "@signalbox/base";
import type { Resource } from "../resource/resource.ts";
import { ResourceSet } from "./resource-set.ts";

/** What is configured of one type: the resources, and the version that the caller gave them. */
export interface TypeState {
  readonly contents: ResourceSet;
  readonly givenVersion: string | undefined;
}

/** A change of one type. An edit without anything makes the type known, and empty. */
export interface TypeEdit {
  /** Resources to add or to put in place of those of the same name. */
  readonly set?: Iterable<Resource>;
  /** Names to take out, before `set` is put in. Unknown names are fine. */
  readonly delete?: Iterable<string>;
  /** All that the type is to hold; `delete` has no meaning beside it. */
  readonly replaceAll?: Iterable<Resource>;
  /** Sent literally as `version_info`; null for one derived from the content. Default: as before. */
  readonly version?: string | null;
}

const NOTHING: TypeState = Object.freeze({ contents: ResourceSet.EMPTY, givenVersion: undefined });

/**
 * The state after an edit; the very same when the edit changes nothing.
 *
 * @throws Problem `invalid_request` when a resource is of another type
 */
export function editTypeState(
  typeUrl: string,
  state: TypeState | undefined,
  edit: TypeEdit,
): TypeState {
  const { contents, givenVersion } = state ?? NOTHING;
  const next = {
    contents: editContents(typeUrl, contents, edit),
    givenVersion: edit.version === undefined ? givenVersion : (edit.version ?? undefined),
  };
  return state !== undefined && isSameState(state, next) ? state : next;
}

export function isSameState(a: TypeState, b: TypeState): boolean {
  return a.contents === b.contents && a.givenVersion === b.givenVersion;
}

function editContents(typeUrl: string, contents: ResourceSet, edit: TypeEdit): ResourceSet {
  const kept =
    edit.replaceAll === undefined
      ? contents
      : contents.replacedBy(ofType(typeUrl, edit.replaceAll));
  return kept.with(
    ofType(typeUrl, edit.set ?? []),
    edit.replaceAll === undefined ? edit.delete : [],
  );
}

function* ofType(typeUrl: string, resources: Iterable<Resource>): Iterable<Resource> {
  for (const resource of resources) {
    if (resource.typeUrl !== typeUrl) {
      const { name } = resource;
      throw new Problem("invalid_request", `${name} is a ${resource.typeUrl}, not a ${typeUrl}`);
    }
    yield resource;
  }
}
