import type { Resource } from "../resource/resource.ts";
import { ResourceSet } from "../table/resource-set.ts";
import { editTypeState, type TypeEdit, type TypeState } from "../table/type-state.ts";

/** Versions of a snapshot, and types that it has without a resource. All have defaults. */
export interface SnapshotOptions {
  /** Version of every type, sent literally as `version_info`. Default: derived from the content. */
  readonly version?: string;
  /** Versions by type URL; they go before `version`. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Type URLs that are known also where no resource has them: empty, not unconfigured. */
  readonly types?: Iterable<string>;
}

/** Changes by type URL. Null takes the type out: its clients keep what they have. */
export type SnapshotEdit = Readonly<Record<string, TypeEdit | null>>;

/**
 * Everything that one group of nodes is to have, as a value: it never changes, and a changed copy
 * shares with it what stays equal.
 *
 * A type that is not in the snapshot is not empty but unconfigured: clients that ask for it wait,
 * and clients that had it keep it. To delete all of a type, say that it is empty.
 *
 * @example
 * ```ts
 * const first = Snapshot.of([listener, route, cluster, endpoints]);
 * const next = first.with({
 *   [TYPE_URLS.endpoint]: { set: [moved] },
 *   [TYPE_URLS.cluster]: { delete: ["old"], version: "2026-11-21.3" },
 * });
 * ```
 */
export class Snapshot {
  /** No type is configured. */
  static readonly EMPTY: Snapshot = new Snapshot(new Map());

  readonly #types: ReadonlyMap<string, TypeState>;

  private constructor(types: ReadonlyMap<string, TypeState>) {
    this.#types = types;
  }

  /** A snapshot of resources of any types. Of several of one type and name the last counts. */
  static of(resources: Iterable<Resource>, options: SnapshotOptions = {}): Snapshot {
    const { version, versions = {}, types = [] } = options;
    const byType = Map.groupBy(resources, ({ typeUrl }) => typeUrl);
    const states = new Map<string, TypeState>();
    for (const typeUrl of new Set([...types, ...Object.keys(versions), ...byType.keys()])) {
      states.set(typeUrl, {
        contents: ResourceSet.of(byType.get(typeUrl) ?? []),
        givenVersion: versions[typeUrl] ?? version,
      });
    }
    return new Snapshot(states);
  }

  /** The types that are configured, empty ones among them. */
  get typeUrls(): readonly string[] {
    return [...this.#types.keys()];
  }

  /** What is configured of a type; undefined for one that is not. */
  state(typeUrl: string): TypeState | undefined {
    return this.#types.get(typeUrl);
  }

  /** What `version_info` says of a type; undefined for one that is not configured. */
  version(typeUrl: string): string | undefined {
    const state = this.#types.get(typeUrl);
    return state?.givenVersion ?? state?.contents.version;
  }

  /** By its own name, or by an alias. */
  get(typeUrl: string, name: string): Resource | undefined {
    return this.#types.get(typeUrl)?.contents.get(name);
  }

  /** None for a type that is not configured. */
  resources(typeUrl: string): readonly Resource[] {
    return this.#types.get(typeUrl)?.contents.all() ?? [];
  }

  /** The resources of all types. */
  all(): readonly Resource[] {
    return this.typeUrls.flatMap((typeUrl) => this.resources(typeUrl));
  }

  /**
   * A copy with these changes; the cost follows them, not the size of the snapshot.
   *
   * @returns this very snapshot when they change nothing
   * @throws Problem `invalid_request` when a resource stands under another type than its own
   */
  with(edit: SnapshotEdit): Snapshot {
    const types = new Map(this.#types);
    let isChanged = false;
    for (const [typeUrl, change] of Object.entries(edit)) {
      const before = types.get(typeUrl);
      if (change === null) {
        isChanged = types.delete(typeUrl) || isChanged;
        continue;
      }
      const after = editTypeState(typeUrl, before, change);
      isChanged ||= after !== before;
      types.set(typeUrl, after);
    }
    return isChanged ? new Snapshot(types) : this;
  }
}
