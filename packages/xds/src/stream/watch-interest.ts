import type { Interest } from "../subscription/interest.ts";
import type { ResourceTable, TableWatch, TableWatcher } from "../table/resource-table.ts";

/** Has `watcher` told of what changes in the table of what the interest covers now. */
export function watchInterest(
  table: ResourceTable,
  watcher: TableWatcher,
  interest: Interest,
): TableWatch {
  const watch = table.watch(watcher);
  for (const name of interest.names) watch.addName(name);
  watch.setDirectories(interest.directories);
  watch.setWildcard(interest.isWildcard);
  return watch;
}
