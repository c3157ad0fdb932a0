import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Problem, silentLog, systemClock } from "@signalbox/base";
import { openSqliteStore, type Store } from "@signalbox/store";
import { KINDS, NETWORK } from "../model/kinds.ts";
import { network, NETWORK_ID, REGION_ID } from "../reconcilers/testing/fixtures.ts";
import { assertDeclarationsKept, referencedIds } from "./lost-declarations.ts";

const NEW = { regions: [{ id: "new", name: "simulated", type: "simulated" as const }] };

async function startStore(t: TestContext): Promise<{ store: Store; path: string }> {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-lost-"));
  const shared = { kinds: KINDS, clock: systemClock, log: silentLog };
  const store = await openSqliteStore({ directory: join(directory, "store"), ...shared });
  t.after(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  return { store, path: join(directory, "config.yaml") };
}

test("ids are not made anew while the store refers to others", async (t) => {
  const { store, path } = await startStore(t);
  assertDeclarationsKept(path, NEW, store);
  const value = network();
  const { organizationId, projectId } = value.metadata;
  await store.transact((tx) => tx.create(NETWORK, NETWORK_ID, value));
  assert.deepEqual(referencedIds(store), {
    organizations: [organizationId],
    projects: [projectId],
    regions: [REGION_ID],
  });
  assert.throws(
    () => assertDeclarationsKept(path, NEW, store),
    (error) =>
      Problem.is(error, "config_invalid") &&
      error.message.startsWith(`${path} is lost`) &&
      error.message.includes(`refers to: regions ${REGION_ID}. Put`),
  );
  assertDeclarationsKept(path, {}, store);
  writeFileSync(path, "");
  assertDeclarationsKept(path, NEW, store);
});
