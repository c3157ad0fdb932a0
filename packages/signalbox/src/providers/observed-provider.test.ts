import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Problem, silentLog, VirtualClock } from "@signalbox/base";
import { metricsPort, MetricsRegistry, scrapeText } from "@signalbox/ops";
import { desiredServer } from "./conformance/desired.ts";
import { createProviderObserver } from "./observe-provider.ts";
import type { CallOptions, DesiredServer, Provider } from "./provider.ts";
import { SIMULATED_FLAVORS, SIMULATED_IMAGES } from "./simulated/catalogue.ts";
import { SimulatedProvider } from "./simulated/simulated-provider.ts";

const CALM: CallOptions = { signal: new AbortController().signal };

interface Rig {
  readonly provider: Provider;
  readonly clock: VirtualClock;
  readonly server: DesiredServer;
  /** Values of the samples whose names and labels begin so. */
  readonly samples: (prefix: string) => Promise<readonly string[]>;
}

async function useRig(t: TestContext): Promise<Rig> {
  const clock = new VirtualClock();
  const registry = new MetricsRegistry({ clock });
  const observe = createProviderObserver({ clock, log: silentLog, metrics: metricsPort(registry) });
  const provider = observe("north", new SimulatedProvider({ clock, log: silentLog }));
  await provider.start(CALM);
  t.after(() => provider.close());
  const [flavor] = SIMULATED_FLAVORS;
  const [image] = SIMULATED_IMAGES;
  assert.ok(flavor && image);
  const server = desiredServer({ flavor, images: [image, image] });
  const samples = async (prefix: string): Promise<readonly string[]> => {
    const text = await scrapeText(registry, undefined, { clock });
    return text.split("\n").filter((line) => line.startsWith(prefix));
  };
  return { provider, clock, server, samples };
}

const machines = (state: string, count: number): string[] => [
  `signalbox_provider_machines{region="north",state="${state}"} ${count}`,
];

test("machines are counted by state, also when nobody asks for them", async (t) => {
  const { provider, clock, server, samples } = await useRig(t);
  const count = (state: string): Promise<readonly string[]> =>
    samples(`signalbox_provider_machines{region="north",state="${state}"}`);
  assert.deepEqual(await count("running"), machines("running", 0));
  await provider.ensureServer(server, CALM);
  await clock.advance(60_000);
  assert.deepEqual(await count("running"), machines("running", 1));
  await provider.ensureServer({ ...server, power: "stopped" }, CALM);
  await clock.advance(60_000);
  assert.deepEqual(await count("running"), machines("running", 0));
  assert.deepEqual(await count("stopped"), machines("stopped", 1));
  await provider.removeServer(server, CALM);
  assert.deepEqual(await count("stopped"), machines("stopped", 0));
});

test("a machine that is removed while it is looked at is not counted for ever", async () => {
  const clock = new VirtualClock();
  const registry = new MetricsRegistry({ clock });
  const observe = createProviderObserver({ clock, log: silentLog, metrics: metricsPort(registry) });
  const inner = new SimulatedProvider({ clock, log: silentLog });
  const looks: PromiseWithResolvers<void>[] = [];
  const slow = new Proxy(inner, {
    get: (target, key) => {
      if (key !== "observeServer") {
        const value: unknown = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      }
      return async (...args: Parameters<Provider["observeServer"]>) => {
        const state = await target.observeServer(...args);
        const look = Promise.withResolvers<void>();
        looks.push(look);
        await look.promise;
        return state;
      };
    },
  });
  const provider = observe("north", slow);
  await provider.start(CALM);
  const [flavor] = SIMULATED_FLAVORS;
  const [image] = SIMULATED_IMAGES;
  assert.ok(flavor && image);
  const server = desiredServer({ flavor, images: [image, image] });
  await provider.ensureServer(server, CALM);
  await clock.advance(60_000);
  assert.ok(looks.length > 0, "somebody looks");
  await provider.removeServer(server, CALM);
  for (const look of looks) look.resolve();
  await clock.advance(0);
  const text = await scrapeText(registry, undefined, { clock });
  assert.doesNotMatch(text, /^signalbox_provider_machines\{.*\} [^0]/m);
  await provider.close();
});

test("a boot is timed from its beginning, without the time in the queue", async (t) => {
  const { provider, clock, server, samples } = await useRig(t);
  await provider.ensureServer(server, CALM);
  await clock.advance(60_000);
  const boots = await samples("signalbox_provider_boot_duration_seconds_");
  assert.ok(boots.includes('signalbox_provider_boot_duration_seconds_count{region="north"} 1'));
  const sum = boots.find((line) => line.includes("_sum")) ?? "";
  const seconds = Number(sum.split(" ")[1]);
  assert.ok(seconds > 0 && seconds < 60, sum);
});

test("calls are timed by how they ended", async (t) => {
  const { provider, server, samples } = await useRig(t);
  await assert.rejects(provider.observeServer(server, CALM), (error) =>
    Problem.is(error, "not_found"),
  );
  await provider.ensureServer(server, CALM);
  const counts = await samples("signalbox_provider_call_duration_seconds_count");
  for (const [call, outcome] of [
    ["ensureServer", "ok"],
    ["observeServer", "not_found"],
    ["start", "ok"],
  ]) {
    const labels = `{call="${call}",outcome="${outcome}",region="north"}`;
    assert.ok(counts.includes(`signalbox_provider_call_duration_seconds_count${labels} 1`), call);
  }
});
