import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { noMetrics, seededRandom, silentLog, VirtualClock } from "@signalbox/base";
import { openSqliteStore } from "@signalbox/store";
import type { Condition } from "../../model/condition.ts";
import { KINDS, SERVER } from "../../model/kinds.ts";
import { SimulatedProvider } from "../../providers/simulated/simulated-provider.ts";
import { createResync, resolveReconcilerSettings } from "../reconcilers.ts";
import { region, REGION_ID, server, START, START_MS } from "../testing/fixtures.ts";

const WAITING: Condition = Object.freeze({
  type: "Available",
  status: "False",
  reason: "Errored",
  message: "it cannot be made",
  since: START,
  observedGeneration: 1,
});

it("servers that wait for something are looked at in turn, not all in each pass", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "resync-"));
  const clock = new VirtualClock(START_MS);
  const common = { clock, log: silentLog, metrics: noMetrics, random: seededRandom(1) };
  const store = await openSqliteStore({ ...common, directory, kinds: KINDS });
  const provider = new SimulatedProvider(common);
  await provider.start({ signal: t.signal });
  t.after(async () => {
    await provider.close();
    await store.close();
    await rm(directory, { recursive: true });
  });
  const ids = Array.from(
    { length: 40 },
    (_, i) => `aaaaaaaa-0000-4000-8000-${`${i}`.padStart(12, "0")}`,
  );
  await store.transact((tx) => {
    for (const id of ids)
      tx.create(SERVER, id, server(id, { metadata: { conditions: [WAITING] } }));
  });
  const woken: string[] = [];
  const resync = createResync({
    ...common,
    store,
    providers: new Map([[REGION_ID, provider]]),
    catalogue: { regions: new Map([[REGION_ID, region()]]) },
    settings: resolveReconcilerSettings(),
    wake: (_kind, id) => void woken.push(id),
  });
  for (let passes = 0; passes < 10; passes++) {
    const before = woken.length;
    await resync.pass(t.signal);
    assert.ok(woken.length - before <= 8, `${woken.length - before} in one pass`);
  }
  assert.deepEqual(woken.toSorted(), ids);
});
