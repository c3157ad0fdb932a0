import { type Log, silentLog } from "@signalbox/base";
import type { Resource } from "../resource/resource.ts";
import type { StatusDetail } from "../wire/status-detail.ts";
import { type MissingLoader, MissingNames } from "./missing-names.ts";
import { ResourceSet } from "./resource-set.ts";
import type { ResourceTable, TableWatch, TableWatcher } from "./resource-table.ts";
import { editTypeState, isSameState, type TypeEdit, type TypeState } from "./type-state.ts";
import { WatchIndex } from "./watch-index.ts";

/** Who looks for what a table does not hold. All have defaults. */
export interface MutableTableOptions {
  /** Looks for names that are watched and not there. Default: nobody does. */
  readonly onMissing?: MissingLoader | undefined;
  /** Hears of loaders that fail. Default: nobody does. */
  readonly log?: Log | undefined;
}

/** Tells the watchers of a commit. To be called once, when all that belongs together is done. */
export type Announcement = () => void;

const NO_NAMES: readonly string[] = Object.freeze([]);

/** A table that its cache writes. Every write is one commit, and one that changes nothing is none. */
export class MutableTable implements ResourceTable {
  readonly typeUrl: string;
  readonly #watches: WatchIndex;
  readonly #missing: MissingNames | undefined;
  #state: TypeState | undefined;
  /** What clients were last told of; stays while the table is unknown. */
  #contents = ResourceSet.EMPTY;

  constructor(typeUrl: string, options: MutableTableOptions = {}) {
    const { onMissing, log = silentLog } = options;
    this.typeUrl = typeUrl;
    this.#watches = new WatchIndex({
      nameAsked: (name) => this.#nameAsked(name),
      nameLeft: (name) => this.#missing?.forgetFailure(name),
    });
    this.#missing =
      onMissing &&
      new MissingNames({
        load: onMissing,
        settled: (name) => this.#watches.tellName(name),
        isWanted: (name) => this.#watches.hasName(name),
        failed: (name, error) =>
          log.warn({ typeUrl, name, error }, "a missing resource was not loaded"),
      });
  }

  get isKnown(): boolean {
    return this.#state !== undefined;
  }

  get contents(): ResourceSet {
    return this.#state?.contents ?? ResourceSet.EMPTY;
  }

  get version(): string {
    return this.givenVersion ?? this.contents.version;
  }

  get givenVersion(): string | undefined {
    return this.#state?.givenVersion;
  }

  get size(): number {
    return this.contents.size;
  }

  /** What is configured; undefined while the table is unknown. */
  get state(): TypeState | undefined {
    return this.#state;
  }

  get watchCount(): number {
    return this.#watches.size;
  }

  get(name: string): Resource | undefined {
    return this.contents.get(name);
  }

  all(): readonly Resource[] {
    return this.contents.all();
  }

  inDirectory(prefix: string): readonly Resource[] {
    return this.contents.inDirectory(prefix);
  }

  isPending(name: string): boolean {
    return this.#missing?.has(name) ?? false;
  }

  failureOf(name: string): StatusDetail | undefined {
    return this.#missing?.failureOf(name);
  }

  watch(watcher: TableWatcher): TableWatch {
    return this.#watches.open(watcher);
  }

  /** Makes an edit and tells the watchers; see `TypeEdit`. */
  edit(edit: TypeEdit): void {
    this.become(editTypeState(this.typeUrl, this.#state, edit));
  }

  /** Takes a state over and tells the watchers. */
  become(state: TypeState | undefined): void {
    this.stage(state)?.();
  }

  /**
   * Takes a state over, or becomes unknown. Who changes several tables at once tells the watchers
   * when all are changed, so that nobody sees half of it.
   *
   * @returns undefined when that changes nothing
   */
  stage(state: TypeState | undefined): Announcement | undefined {
    const before = this.#state;
    if (before === state || (before && state && isSameState(before, state))) return undefined;
    const earlier = this.#contents;
    const names = state === undefined ? NO_NAMES : state.contents.changesSince(earlier);
    const isStateChange = before === undefined || before.givenVersion !== state?.givenVersion;
    if (names.length === 0 && !isStateChange && state !== undefined) return undefined;

    // Equal contents that were built anew don't take the place of those that streams know.
    if (names.length > 0 && state !== undefined) this.#contents = state.contents;
    this.#state = state && { contents: this.#contents, givenVersion: state.givenVersion };
    return () => {
      if (isStateChange || state === undefined) this.#watches.tellState();
      if (names.length > 0) this.#tellChanges(names, earlier);
    };
  }

  #nameAsked(name: string): void {
    if (this.#missing !== undefined && this.get(name) === undefined) this.#missing.request(name);
  }

  /** Who watches an alias is told when its resource changes. */
  #tellChanges(names: readonly string[], earlier: ResourceSet): void {
    const aliases = earlier.aliasesOf(names).union(this.#contents.aliasesOf(names));
    for (const name of this.#missing === undefined ? NO_NAMES : [...names, ...aliases]) {
      this.#missing?.forgetFailure(name);
    }
    this.#watches.tellChanges(names);
    for (const alias of aliases) this.#watches.tellName(alias);
  }
}
