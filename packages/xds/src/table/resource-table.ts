import type { Resource } from "../resource/resource.ts";
import type { StatusDetail } from "../wire/status-detail.ts";
import type { ResourceSet } from "./resource-set.ts";

/**
 * The resources of one type as one set of clients sees them: a whole linear cache, or one type of
 * one group of a snapshot cache. Streams read tables and watch them; caches write them.
 *
 * A client that was brought to some contents is brought up to date by the names of
 * `contents.changesSince(those)`: the cost follows the changes, not the number of resources.
 */
export interface ResourceTable {
  readonly typeUrl: string;
  /**
   * False until the cache has been given this type for this group, and after it was cleared: such a
   * table is not empty but unknown, and its clients hear nothing.
   */
  readonly isKnown: boolean;
  /**
   * What `version_info` of an answer with every resource says: the version that the caller gave
   * the snapshot, literally, or else one derived from the content.
   */
  readonly version: string;
  /** The version that the caller gave, which every answer carries then. */
  readonly givenVersion: string | undefined;
  readonly size: number;
  /**
   * What the table holds now, as a value: it does not change when the table does. Who keeps the
   * contents that a client was brought to can always compare them with the present ones
   * (`contents.changesSince(earlier)`), however long ago that was, at the cost of what differs; and
   * `contents.version` is derived from the content also where the caller gave a version, so that
   * tables of groups that share a snapshot are seen to be equal.
   */
  readonly contents: ResourceSet;
  /** The resource of that name, or else the one that has it among its aliases. */
  get(name: string): Resource | undefined;
  /**
   * True while a loader looks for a name that is not there: it is too early to say that it is
   * absent. Watchers of the name are told when that is over, whatever came of it.
   */
  isPending(name: string): boolean;
  /** Why a name that is not there could not be looked for; undefined when it is simply absent. */
  failureOf(name: string): StatusDetail | undefined;
  all(): Iterable<Resource>;
  /** The resources whose name begins with `prefix` and has no further slash (xdstp globs). */
  inDirectory(prefix: string): Iterable<Resource>;
  /** Begins to tell of changes; of none until the watch says which. */
  watch(watcher: TableWatcher): TableWatch;
}

/** Is told of changes while a commit is being made: it notes them and returns, no more. */
export interface TableWatcher {
  /** A resource that is watched by this name, its own or an alias, was set or removed. */
  resourceChanged(name: string): void;
  /** For watches of everything or of a directory: something changed, once a commit. */
  tableChanged(): void;
  /** The table became known or unknown, or its given version changed. */
  stateChanged(): void;
}

/** What a client wants to hear of. Starts with nothing. */
export interface TableWatch {
  /** Where names are loaded on demand, to add one again that is missing is to ask for it again. */
  addName(name: string): void;
  removeName(name: string): void;
  /** Everything, or nothing but the names. */
  setWildcard(isWildcard: boolean): void;
  /** The members of one directory (xdstp globs); counted together with `setWildcard`. */
  setDirectories(prefixes: ReadonlySet<string>): void;
  /** Idempotent. Nothing is told after it. */
  close(): void;
}
