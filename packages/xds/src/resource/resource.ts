import { Problem } from "@signalbox/base";
import { canonicalName } from "../subscription/resource-name.ts";
import { encodeFragment, type ResourceFragment } from "./resource-fragment.ts";

/** What a resource is made of. */
export interface ResourceOptions {
  /**
   * Unique within the type; what clients subscribe to. Not empty, and not `*`. Names that are equal
   * but for the order of their context parameters are one name (xds §1.3).
   */
  readonly name: string;
  /** `type.googleapis.com/envoy.config.cluster.v3.Cluster` and the like. */
  readonly typeUrl: string;
  /** The message, encoded. It is copied. */
  readonly bytes: Uint8Array;
  /**
   * How long a client may keep the resource without hearing of it again, in whole milliseconds.
   * Default: for ever.
   */
  readonly ttlMs?: number | undefined;
  /** Other names under which the resource answers (virtual hosts on demand). Default: none. */
  readonly aliases?: readonly string[];
}

const NO_ALIASES: readonly string[] = Object.freeze([]);

/**
 * One resource as it was written: encoded once, hashed once, shared by every cache and stream that
 * serves it. Equal content has an equal version, also after a restart and on another replica.
 */
export class Resource {
  /** In its canonical spelling. */
  readonly name: string;
  readonly typeUrl: string;
  readonly ttlMs: number | undefined;
  readonly aliases: readonly string[];
  /** The resource as encoders put it into answers; nobody else needs it. */
  readonly fragment: ResourceFragment;

  /** @throws Problem `invalid_request` when the name, the type or the time to live cannot be */
  constructor({ typeUrl, bytes, ttlMs, ...names }: ResourceOptions) {
    const name = canonicalName(names.name);
    const aliases = canonicalAliases(names.aliases);
    if (name === "" || name === "*") {
      throw new Problem("invalid_request", `a resource cannot be named ${JSON.stringify(name)}`);
    }
    if (typeUrl === "") throw new Problem("invalid_request", `resource ${name} has no type URL`);
    if (ttlMs !== undefined && !(Number.isSafeInteger(ttlMs) && ttlMs > 0)) {
      throw new Problem("invalid_request", `resource ${name} has a time to live of ${ttlMs} ms`);
    }
    this.name = name;
    this.typeUrl = typeUrl;
    this.ttlMs = ttlMs;
    this.aliases = aliases;
    this.fragment = encodeFragment({ name, typeUrl, bytes, ttlMs, aliases });
  }

  /** Derived from all of the above and the message. */
  get version(): string {
    return this.fragment.version;
  }

  /** The message, encoded: a view that is not to be changed. */
  get bytes(): Uint8Array {
    return this.fragment.bytes.subarray(this.fragment.valueStart, this.fragment.anyEnd);
  }
}

function canonicalAliases(aliases: readonly string[] = NO_ALIASES): readonly string[] {
  if (aliases.length === 0) return NO_ALIASES;
  return Object.freeze([...new Set(aliases.map(canonicalName))]);
}
