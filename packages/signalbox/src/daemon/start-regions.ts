import { join } from "node:path";
import { durationMs } from "../config/duration.ts";
import { BUILT_AGENT_IMAGE, BUILT_GUEST_IMAGE } from "../providers/qemu/builtin-image.ts";
import type { AgentAccess } from "../providers/agent-access.ts";
import { createProviderObserver } from "../providers/observe-provider.ts";
import type { Provider } from "../providers/provider.ts";
import type { Assembly } from "./assembly.ts";
import { describeRegion } from "./describe-region.ts";
import type { ProviderType } from "./first-declarations.ts";
import { providerCheck } from "./ops/health-checks.ts";
import { createRegionSet, type RegionSet, type ServedRegion } from "./region-set.ts";

/** Every type of provider that this program has. */
const PROVIDERS: Readonly<
  Record<
    ProviderType,
    (assembly: Assembly, regionId: string, agents?: AgentAccess) => Promise<Provider>
  >
> = {
  qemu: async ({ clock, random, log, metrics, files, config, searchPath }, regionId, agents) => {
    // Who simulates need not have its modules.
    const { createQemuProvider } = await import("../providers/qemu/qemu-provider.ts");
    const { guestImage, agentImage, bootsAtOnce, accel, ...settings } = config.qemu;
    return createQemuProvider({
      directory: join(files.providers, regionId),
      clock,
      random,
      log,
      metrics,
      agents,
      settings: {
        ...settings,
        searchPath,
        guestImagePath: guestImage ?? BUILT_GUEST_IMAGE,
        agentImagePath: agentImage ?? BUILT_AGENT_IMAGE,
        maxBoots: bootsAtOnce,
        acceleration: accel,
      },
    });
  },
  simulated: async ({ clock, log, files, config }, regionId) => {
    const [{ SimulatedProvider }, { createFileJournal }] = await Promise.all([
      import("../providers/simulated/simulated-provider.ts"),
      import("../providers/simulated/journal.ts"),
    ]);
    const { bootTime, stopTime } = config.simulated;
    const journal = createFileJournal({
      directory: join(files.providers, regionId),
      onBadLine: (line, reason) => log.warn({ line, reason, regionId }, "a journal line is lost"),
    });
    return new SimulatedProvider(
      { clock, log, journal },
      { delays: { bootMs: durationMs(bootTime), stopMs: durationMs(stopTime) } },
    );
  },
};

/** Starts a provider for each declared region of the types that run here. */
export async function startRegions(
  assembly: Assembly,
  types: readonly ProviderType[],
  agents: AgentAccess | undefined,
): Promise<RegionSet> {
  const { config, log, health, parts, signal, clock } = assembly;
  const observe = createProviderObserver({ ...assembly, tracer: assembly.tracing.tracer });
  const served: ServedRegion[] = [];
  for (const declared of config.regions) {
    if (!types.includes(declared.type)) {
      log.warn(
        { region: declared.name, type: declared.type },
        "a region has no provider and rests",
      );
      continue;
    }
    const provider = observe(
      declared.name,
      await PROVIDERS[declared.type](assembly, declared.id, agents),
    );
    parts.add(`provider of ${declared.name}`, () => provider.close());
    await provider.start({ signal });
    const region = describeRegion(declared, provider.defaults, new Date(clock.now()).toISOString());
    served.push({ region, provider });
    health.register(providerCheck(declared.name, provider));
  }
  return createRegionSet(served);
}
