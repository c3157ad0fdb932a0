import type { Node } from "./node.ts";

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

export function isSelected(selector: Selector, node: Node): boolean {
  switch (selector.type) {
    case "all":
      return true;
    case "tag":
      return node.tags.some(({ name, value }) => isTag(selector.tag, name, value));
    case "network":
      return node.networkId === selector.network || node.networkName === selector.network;
  }
}

/** Without joining the two: a call may have looked at a great many tags before it is refused. */
function isTag(tag: string, name: string, value: string): boolean {
  if (tag.length !== name.length + 1 + value.length || tag[name.length] !== "=") return false;
  return tag.startsWith(name) && tag.endsWith(value);
}
