import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog, systemClock } from "@signalbox/base";
import { openSqliteStore, type Store } from "@signalbox/store";
import type { BenchRow } from "../bench-row.ts";
import { SAMPLE, sampleOf } from "../store-sample.ts";

const RESOURCES = 100_000;
const A_TRANSACTION = 2000;
const LISTS = 200;

/** Opening a store of 100,000 resources, and listing 50 of them. */
export async function bench(): Promise<readonly BenchRow[]> {
  const directory = await mkdtemp(join(tmpdir(), "bench-store-"));
  try {
    await fill(directory);
    const started = systemClock.monotonic();
    const store = await open(directory);
    const openMs = systemClock.monotonic() - started;
    const slowest = slowestList(store);
    await store.close();
    return [
      {
        name: "store: open with 100,000 resources",
        value: openMs,
        unit: "ms",
        budget: { atMost: 5000 },
        detail: "integrity check, load, indexes",
      },
      {
        name: "store: list 50 of 100,000",
        value: slowest,
        unit: "ms",
        budget: { atMost: 5 },
        detail: `slowest of ${LISTS}: from the middle, with and without an index`,
      },
    ];
  } finally {
    await rm(directory, { recursive: true });
  }
}

function open(directory: string): Promise<Store> {
  return openSqliteStore({ directory, kinds: [SAMPLE], clock: systemClock, log: silentLog });
}

async function fill(directory: string): Promise<void> {
  const store = await open(directory);
  for (let start = 0; start < RESOURCES; start += A_TRANSACTION) {
    await store.transact((tx) => {
      for (let n = start; n < start + A_TRANSACTION; n++) tx.create(SAMPLE, idOf(n), sampleOf(n));
    });
  }
  await store.close();
}

/** Scattered, as random ids are. */
function idOf(n: number): string {
  return ((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, "0") + `-${n}`;
}

function slowestList(store: Store): number {
  let slowest = 0;
  for (let n = 0; n < LISTS; n++) {
    const after = idOf(n * 331);
    const index = n % 2 === 0 ? {} : { index: { name: "network", value: `network-${n % 50}` } };
    const started = systemClock.monotonic();
    store.list(SAMPLE, { after, limit: 50, ...index });
    slowest = Math.max(slowest, systemClock.monotonic() - started);
  }
  return slowest;
}
