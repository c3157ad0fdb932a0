import type { Selector } from "../node-api/selector.ts";
import type { Node } from "./node.ts";

/** Whether a selector chooses this machine. */
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
