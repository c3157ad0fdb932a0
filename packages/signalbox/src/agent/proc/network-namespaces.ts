import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { AgentRoots } from "../agent-deps.ts";
import { readKernelLink } from "./kernel-file.ts";
import { mapBounded } from "./map-bounded.ts";
import { readPids } from "./process-list.ts";

/** A network namespace, and where its tables can be read. */
export interface NetworkNamespace {
  /** As `ip netns` knows it; `net:[NUMBER]` when it has no name there; empty for the agent's own. */
  readonly name: string;
  /** Folder with `tcp`, `udp` and their like. */
  readonly tables: string;
}

export interface NamespaceWishes {
  readonly hostnetwork: boolean;
  readonly names: readonly string[];
  readonly all: boolean;
}

const NAMES_FOLDER = "run/netns";
const AT_ONCE = 32;

/**
 * The namespaces that are wished for. Node cannot enter one, so that it takes a process inside:
 * one without processes has no sockets of interest, and is left out.
 */
export async function findNamespaces(
  roots: AgentRoots,
  wishes: NamespaceWishes,
): Promise<readonly NetworkNamespace[]> {
  const own: NetworkNamespace = { name: "", tables: join(roots.proc, "net") };
  const isOwn = wishes.hostnetwork || wishes.all;
  if (!wishes.all && wishes.names.length === 0) return isOwn ? [own] : [];
  const others = await readOthers(roots);
  const wished = others.filter(({ name }) => wishes.all || wishes.names.includes(name));
  return isOwn ? [own, ...wished] : wished;
}

async function readOthers(roots: AgentRoots): Promise<readonly NetworkNamespace[]> {
  const [own, names, pids] = await Promise.all([
    readKernelLink(join(roots.proc, "self/ns/net")),
    readNames(join(roots.root, NAMES_FOLDER)),
    readPids(roots.proc),
  ]);
  const links = await mapBounded(pids, AT_ONCE, async (pid) => {
    const link = await readKernelLink(join(roots.proc, `${pid}/ns/net`));
    return link === undefined || link === own ? undefined : ([link, pid] as const);
  });
  // One process of each is enough.
  const members = new Map(links.filter((entry) => entry !== undefined));
  return Array.from(members, ([link, pid]) => ({
    name: names.get(link) ?? link,
    tables: join(roots.proc, `${pid}/net`),
  }));
}

/** `net:[INODE]` → name. */
async function readNames(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch((): string[] => []);
  const entries = await mapBounded(names, AT_ONCE, async (name) => {
    const facts = await stat(join(folder, name)).catch(() => undefined);
    return facts === undefined ? undefined : ([`net:[${facts.ino}]`, name] as const);
  });
  return new Map(entries.filter((entry) => entry !== undefined));
}
