import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Metrics, noMetrics, silentLog, systemClock } from "@signalbox/base";
import { openSqliteStore, type Store } from "@signalbox/store";
import type { BenchRow } from "../bench-row.ts";
import { SAMPLE, sampleOf } from "../store-sample.ts";

const WRITERS = 64;
const RESOURCES = 2000;
const ROUNDS = 5;
const WRITES_A_ROUND = 10_000;

/**
 * Durable writes a second with 64 writers that each wait for their own, against bare `node:sqlite`
 * that writes the same values in groups as large as the store's were. Both take turns in one run.
 */
export async function bench(): Promise<readonly BenchRow[]> {
  const directory = await mkdtemp(join(tmpdir(), "bench-store-"));
  const groups = countGroups();
  const store = await openSqliteStore({
    directory: join(directory, "store"),
    kinds: [SAMPLE],
    clock: systemClock,
    log: silentLog,
    metrics: groups.metrics,
  });
  const bare = openBare(join(directory, "bare.db"));
  try {
    await fill(store);
    const rates: { store: number; bare: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const ours = await rateOfStore(store);
      rates.push({ store: ours, bare: rateOfBare(bare, groups.takeMean()) });
    }
    const middle = rates.sort((a, b) => a.store / a.bare - b.store / b.bare)[ROUNDS >> 1];
    if (middle === undefined) throw new Error("nothing was measured");
    return [
      {
        name: "store: durable writes a second, 64 writers",
        value: middle.store / middle.bare,
        unit: "ratio",
        budget: { atLeast: 0.5 },
        detail:
          `${Math.round(middle.store)} a second; bare node:sqlite ${Math.round(middle.bare)} ` +
          `in groups of ${groups.last()}; median of ${ROUNDS} rounds`,
      },
    ];
  } finally {
    bare.close();
    await store.close();
    await rm(directory, { recursive: true });
  }
}

async function fill(store: Store): Promise<void> {
  await store.transact((tx) => {
    for (let n = 0; n < RESOURCES; n++) tx.create(SAMPLE, `sample-${n}`, sampleOf(n));
  });
  await rateOfStore(store);
}

async function rateOfStore(store: Store): Promise<number> {
  let next = 0;
  const write = async (): Promise<void> => {
    while (next < WRITES_A_ROUND) {
      const n = next++;
      await store.transact((tx) => tx.update(SAMPLE, `sample-${n % RESOURCES}`, sampleOf(n)));
    }
  };
  const started = systemClock.monotonic();
  await Promise.all(Array.from({ length: WRITERS }, write));
  return (WRITES_A_ROUND / (systemClock.monotonic() - started)) * 1000;
}

function openBare(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  db.exec("CREATE TABLE log (seq INTEGER PRIMARY KEY, kind TEXT, id TEXT, value TEXT)");
  return db;
}

function rateOfBare(db: DatabaseSync, group: number): number {
  const insert = db.prepare("INSERT INTO log (kind, id, value) VALUES (?, ?, ?)");
  const started = systemClock.monotonic();
  for (let n = 0; n < WRITES_A_ROUND; ) {
    db.exec("BEGIN IMMEDIATE");
    for (const end = Math.min(n + group, WRITES_A_ROUND); n < end; n++) {
      insert.run("sample", `sample-${n % RESOURCES}`, JSON.stringify(sampleOf(n)));
    }
    db.exec("COMMIT");
  }
  return (WRITES_A_ROUND / (systemClock.monotonic() - started)) * 1000;
}

/** Learns the size of the store's groups from what it reports. */
function countGroups(): { metrics: Metrics; takeMean(): number; last(): number } {
  let groups = 0;
  let transactions = 0;
  let last = 1;
  const count = (value: number): void => {
    groups += 1;
    transactions += value;
  };
  const metrics: Metrics = {
    ...noMetrics,
    histogram: ({ name }) => ({
      observe: (value) => {
        if (name === "store_commit_transactions") count(value);
      },
    }),
  };
  const takeMean = (): number => {
    last = Math.max(1, Math.round(transactions / Math.max(1, groups)));
    groups = 0;
    transactions = 0;
    return last;
  };
  return { metrics, takeMean, last: () => last };
}
