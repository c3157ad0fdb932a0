import type { ServerEndpoints } from "../../../model/xds-group.ts";

/** Which resource of a group. */
export interface ResourceKey {
  readonly typeUrl: string;
  readonly name: string;
}

/** A resource as it is to be stored. */
export interface NewResource extends ResourceKey {
  /** The message, encoded, in base64. */
  readonly message: string;
  readonly version: string;
}

/** What a request wants changed of what a group serves. */
export interface ContentEdit {
  readonly set: readonly NewResource[];
  readonly remove: readonly ResourceKey[];
  /** All endpoints from servers; absent: as before. */
  readonly endpoints?: readonly ServerEndpoints[];
}
