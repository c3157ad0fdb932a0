/** Values by section and name, as a file holds them; not yet checked. */
export interface ConfigTree {
  [name: string]: unknown;
}

export function isTree(value: unknown): value is ConfigTree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at `path`; undefined when it or a section above it is absent. */
export function valueAt(tree: ConfigTree, path: readonly string[]): unknown {
  let value: unknown = tree;
  for (const name of path) {
    if (!isTree(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** Puts `value` at `path`, making the sections above it. `path` comes from the schema alone. */
export function setAt(tree: ConfigTree, path: readonly string[], value: unknown): void {
  let section = tree;
  for (const name of path.slice(0, -1)) {
    const next = section[name];
    if (isTree(next)) section = next;
    else {
      const made: ConfigTree = {};
      section[name] = made;
      section = made;
    }
  }
  const last = path.at(-1);
  if (last !== undefined) section[last] = value;
}
