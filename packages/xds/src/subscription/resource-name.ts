const SCHEME = "xdstp:";
const GLOB_END = "/*";

/** Every resource of a type, asked for by name (xds §1.3). */
export const WILDCARD = "*";

/**
 * The spelling under which two equal names are the same string: context parameters sorted, a
 * directive (which belongs to locators only) dropped. Names of other schemes stay as they are
 * (xds §1.3). Resources with context parameters are put into caches under this spelling.
 */
export function canonicalName(name: string): string {
  if (!name.startsWith(SCHEME)) return name;
  const { path, query } = splitName(name);
  return query === "" ? path : `${path}?${query}`;
}

/** A glob collection: the members of one directory with exactly these context parameters. */
export interface Glob {
  /** Canonical. */
  readonly name: string;
  /** `xdstp://authority/type/dir/`, up to and with the last slash. */
  readonly prefix: string;
  /** Sorted context parameters; empty for none. */
  readonly query: string;
}

/**
 * The glob that a name is, if it is one. Only xdstp names are: the virtual host of every domain is
 * called `routes/*`, and that is one resource.
 */
export function parseGlob(name: string): Glob | undefined {
  if (!name.startsWith(SCHEME)) return undefined;
  const { path, query } = splitName(name);
  if (!path.endsWith(GLOB_END)) return undefined;
  const canonical = query === "" ? path : `${path}?${query}`;
  return { name: canonical, prefix: path.slice(0, -1), query };
}

/** One level, the same parameters (xds §1.3: deeper members and other parameters are not meant). */
export function globCovers(glob: Glob, name: string): boolean {
  if (!name.startsWith(glob.prefix)) return false;
  const { path, query } = splitName(name);
  const id = path.slice(glob.prefix.length);
  return query === glob.query && id !== "" && !id.includes("/");
}

function splitName(name: string): { readonly path: string; readonly query: string } {
  const hash = name.indexOf("#");
  const locator = hash < 0 ? name : name.slice(0, hash);
  const mark = locator.indexOf("?");
  if (mark < 0) return { path: locator, query: "" };
  const parameters = locator.slice(mark + 1).split("&");
  return { path: locator.slice(0, mark), query: parameters.toSorted().join("&") };
}
