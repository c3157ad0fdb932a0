import { Problem } from "@signalbox/base";
import type { Commit } from "../commit/commit.ts";
import type { WatchEvent, WatchOptions } from "../store.ts";
import type { CommitRing } from "./commit-ring.ts";
import { matchKinds } from "./match-kinds.ts";
import type { WatchHub, Watcher } from "./watch-hub.ts";

const DEFAULT_CAPACITY = 4096;
const PAGE_COMMITS = 256;

/** What a watch needs of its store. */
export interface WatchSource {
  readonly hub: WatchHub;
  readonly ring: CommitRing;
  /** The present revision. */
  revision(): number;
  caughtUp(revision: number, options: { signal?: AbortSignal | undefined }): Promise<void>;
  /**
   * Some commits after `revision` out of the log, at least one if there is any.
   *
   * @throws Problem `revision_compacted`
   */
  history(revision: number): Promise<readonly Commit[]>;
}

/**
 * A watch in two phases. As long as it is behind, it pulls pages of history at the reader's pace
 * and holds nothing. Once it has caught up it joins the hub, in the same turn so that there is no
 * gap, says so with a bookmark, and from then on is cut off if it does not keep up.
 */
export async function* watchCommits(
  source: WatchSource,
  options: WatchOptions,
): AsyncGenerator<WatchEvent, void, undefined> {
  const { signal } = options;
  const matches = matchKinds(options.kinds);
  let revision = options.from;
  if (signal?.aborted) return;
  if (revision > source.revision()) {
    if (!(await arrived(source, revision, signal))) return;
  }
  while (revision < source.revision()) {
    const page = source.ring.after(revision, PAGE_COMMITS) ?? (await source.history(revision));
    for (const commit of page) {
      if (signal?.aborted) return;
      revision = commit.revision;
      const event = matches(commit);
      if (event !== undefined) yield event;
    }
    if (signal?.aborted) return;
  }
  const watcher = source.hub.add(matches, options.capacity ?? DEFAULT_CAPACITY, revision);
  yield* live(source.hub, watcher, signal);
}

async function* live(
  hub: WatchHub,
  watcher: Watcher,
  signal: AbortSignal | undefined,
): AsyncGenerator<WatchEvent, void, undefined> {
  const end = (): void => watcher.channel.close();
  signal?.addEventListener("abort", end, { once: true });
  try {
    yield Object.freeze({ type: "bookmark", revision: watcher.taken });
    for await (const event of watcher.channel) {
      if (signal?.aborted) return;
      watcher.taken = event.revision;
      yield event;
    }
  } finally {
    signal?.removeEventListener("abort", end);
    hub.remove(watcher);
  }
}

/** False when the signal struck first. */
async function arrived(
  source: WatchSource,
  revision: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await source.caughtUp(revision, { signal });
    return true;
  } catch (error) {
    if (signal?.aborted && !Problem.is(error)) return false;
    throw error;
  }
}
