import type { History, RecordedChange, RecordedCommit, RecordedWatch } from "./history.ts";

/** What is wrong with a history; empty when nothing is. */
export type Validator = (history: History) => readonly string[];

/** The guarantees of a watch, each as the check that it holds. */
export const WATCH_VALIDATORS: Readonly<Record<WatchGuarantee, Validator>> = {
  ordered,
  unique,
  atomic,
  reliable,
  resumable,
  bookmarkable,
};

/** What watches promise, by name. */
export type WatchGuarantee =
  | "ordered"
  | "unique"
  | "atomic"
  | "reliable"
  | "resumable"
  | "bookmarkable";

/** Events come in the order of their revisions. */
function ordered({ watches }: History): string[] {
  return watches.flatMap((watch) =>
    watch.events.flatMap(({ revision }, n) => {
      const before = watch.events[n - 1]?.revision ?? 0;
      return revision >= before ? [] : [`${label(watch)}: ${revision} comes after ${before}`];
    }),
  );
}

/** No commit is sent twice, and no resource changes twice in one. */
function unique({ watches }: History): string[] {
  return watches.flatMap((watch) => {
    const seen = new Set<string>();
    return commitsIn(watch).flatMap(({ revision, changes }) =>
      changes.flatMap(({ kind, id }) => {
        const key = `${kind}/${id} at ${revision}`;
        if (seen.has(key)) return [`${label(watch)}: ${key} came twice`];
        seen.add(key);
        return [];
      }),
    );
  });
}

/** A commit is whole: every change that the watch asked for, as it was written, and no other. */
function atomic(history: History): string[] {
  const written = new Map(history.commits.map((commit) => [commit.revision, commit]));
  return history.watches.flatMap((watch) =>
    commitsIn(watch).flatMap(({ revision, changes }) => {
      const commit = written.get(revision);
      if (commit === undefined) return [`${label(watch)}: nobody wrote revision ${revision}`];
      const expected = linesOf(wanted(watch, commit));
      return linesOf(changes) === expected ? [] : [`${label(watch)}: ${revision} is not whole`];
    }),
  );
}

/** Between the first and the last event of a watch nothing is missing. */
function reliable(history: History): string[] {
  return history.watches.flatMap((watch) => {
    const [first] = commitsIn(watch);
    const last = watch.events.at(-1);
    if (first === undefined || last === undefined) return [];
    return missing(history, watch, first.revision, last.revision);
  });
}

/**
 * A watch that is resumed from a revision goes on right behind it: with nothing of what was before,
 * and without leaving out what comes first.
 */
function resumable(history: History): string[] {
  return history.watches.flatMap((watch) => {
    const [first] = watch.events;
    if (first === undefined) return [];
    const early = commitsIn(watch).filter(({ revision }) => revision <= watch.from);
    return [
      ...early.map(({ revision }) => `${label(watch)}: ${revision} is from before`),
      ...missing(history, watch, watch.from + 1, first.revision),
    ];
  });
}

/**
 * A bookmark is a safe place to resume from: all that was up to it has been sent, and nothing up to
 * it comes after it.
 */
function bookmarkable(history: History): string[] {
  return history.watches.flatMap((watch) =>
    watch.events.flatMap((event, n) => {
      if (event.type !== "bookmark") return [];
      const before = { ...watch, events: watch.events.slice(0, n) };
      const late = watch.events
        .slice(n)
        .filter(({ type, revision }) => type === "commit" && revision <= event.revision);
      return [
        ...missing(history, before, watch.from + 1, event.revision),
        ...late.map(({ revision }) => `${label(watch)}: ${revision} after a later bookmark`),
      ];
    }),
  );
}

/** The commits from `first` to `last` that the watch asked for and did not get. */
function missing(history: History, watch: RecordedWatch, first: number, last: number): string[] {
  const got = new Set(commitsIn(watch).map(({ revision }) => revision));
  return history.commits
    .filter(({ revision }) => revision >= first && revision <= last && !got.has(revision))
    .filter((commit) => wanted(watch, commit).length > 0)
    .map(({ revision }) => `${label(watch)}: ${revision} is missing`);
}

function wanted(watch: RecordedWatch, { changes }: RecordedCommit): readonly RecordedChange[] {
  return changes.filter(({ kind }) => watch.kinds === undefined || watch.kinds.includes(kind));
}

function commitsIn({ events }: RecordedWatch): readonly RecordedCommit[] {
  return events.filter((event) => event.type === "commit");
}

/** The order of changes inside one revision means nothing. */
function linesOf(changes: readonly RecordedChange[]): string {
  return changes
    .map(({ line }) => line)
    .sort()
    .join("\n");
}

function label({ reader, from, kinds }: RecordedWatch): string {
  return `${reader} from ${from} on ${kinds?.join("+") ?? "all"}`;
}
