import type { AuditSink } from "@signalbox/http";
import type { Store } from "@signalbox/store";
import { type Assembly, graceMs } from "../assembly.ts";
import type { DaemonAuthority } from "../authority/daemon-authority.ts";
import { bindPort, plannedAddress } from "../listener-plan.ts";
import { addLatch } from "../ops/latch-check.ts";
import type { RegionSet } from "../region-set.ts";

/** What the node API serves from. */
export interface NodeSources {
  readonly store: Store;
  readonly regions: RegionSet;
  readonly audit: AuditSink;
  readonly authority: DaemonAuthority;
}

/** Opens the listener of the node API, unless it is off. @returns its address */
export async function startNodes(
  assembly: Assembly,
  sources: NodeSources,
): Promise<string | undefined> {
  const { config, parts, health, registries } = assembly;
  const address = plannedAddress(config.listen.nodeApi);
  if (address === undefined) return undefined;
  // Who does without it need not have its modules either.
  const { createNodeListener } = await import("./node-listener.ts");
  const listener = await createNodeListener(assembly, {
    ...sources,
    providers: sources.regions.providers,
    listensAt: address.host,
  });
  parts.add("node API listener", () => listener.close(graceMs(config)));
  const listening = addLatch(health, "node-api", "the listener is not open yet");
  const bound = await bindPort("node", address, (at) => listener.listen(at));
  listening.done();
  registries.statistics["nodeApi"] = () => listener.statistics();
  return bound;
}
