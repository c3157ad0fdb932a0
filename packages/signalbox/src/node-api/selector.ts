/** What chooses machines by what they are, rather than one by its name. */
export type Selector =
  | { readonly type: "all" }
  /** `NAME=VALUE`, joined: either may hold the sign. */
  | { readonly type: "tag"; readonly tag: string }
  /** Id or name of a network. */
  | { readonly type: "network"; readonly network: string };

/** Reads `all`, `tag=NAME=VALUE` and `network=NAME`; undefined for a target of another kind. */
export function parseSelector(target: string): Selector | undefined {
  if (target === "all") return { type: "all" };
  const [, kind, value = ""] = /^(tag|network)=(.+)$/s.exec(target) ?? [];
  if (kind === "tag" && value.includes("=")) return { type: "tag", tag: value };
  if (kind === "network") return { type: "network", network: value };
  return undefined;
}
