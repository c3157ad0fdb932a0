const XDSTP = "xdstp://";

/**
 * The directory that a resource lies in: its name up to the last slash, the slash included; empty
 * when it has none. Context parameters of an xdstp name may hold slashes, and don't count.
 */
export function directoryOf(name: string): string {
  const parameters = name.startsWith(XDSTP) ? name.search(/[?#]/) : -1;
  const path = parameters < 0 ? name : name.slice(0, parameters);
  return path.slice(0, path.lastIndexOf("/") + 1);
}
