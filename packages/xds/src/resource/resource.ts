import { hash } from "node:crypto";

/** What a resource is made of. */
export interface ResourceOptions {
  /** Unique within the type; what clients subscribe to. */
  readonly name: string;
  /** `type.googleapis.com/envoy.config.cluster.v3.Cluster` and the like. */
  readonly typeUrl: string;
  /** The message, encoded. Kept, not copied: do not change it afterwards. */
  readonly bytes: Uint8Array;
  /** How long a client may keep the resource without hearing of it again. Default: for ever. */
  readonly ttlMs?: number | undefined;
  /** Other names under which the resource answers (virtual hosts on demand). Default: none. */
  readonly aliases?: readonly string[];
}

/** 96 bits: collisions are out of reach, and a reconnecting client repeats one for each name. */
const VERSION_BYTES = 12;

/**
 * One resource as it was written: encoded once, hashed once, shared by every cache and stream that
 * serves it. Equal content has an equal version, also after a restart and on another replica.
 */
export class Resource {
  readonly name: string;
  readonly typeUrl: string;
  readonly bytes: Uint8Array;
  readonly ttlMs: number | undefined;
  readonly aliases: readonly string[];
  /** Derived from the content, the time to live and the aliases. */
  readonly version: string;

  constructor({ name, typeUrl, bytes, ttlMs, aliases = [] }: ResourceOptions) {
    this.name = name;
    this.typeUrl = typeUrl;
    this.bytes = bytes;
    this.ttlMs = ttlMs;
    this.aliases = aliases;
    this.version = versionOf(bytes, ttlMs, aliases);
  }
}

function versionOf(
  bytes: Uint8Array,
  ttlMs: number | undefined,
  aliases: readonly string[],
): string {
  const content =
    ttlMs === undefined && aliases.length === 0
      ? bytes
      : Buffer.concat([bytes, Buffer.from(JSON.stringify([ttlMs ?? null, aliases]))]);
  return hash("sha256", content, "buffer").subarray(0, VERSION_BYTES).toString("base64url");
}
