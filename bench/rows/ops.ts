import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { systemClock as clock, systemRandom as random } from "@signalbox/base";
import { hashPassword, MetricsRegistry, passwordText, scrape } from "@signalbox/ops";
import type { BenchRow } from "../bench-row.ts";
import { startBenchDaemon } from "../daemon-process.ts";
import { floodRows } from "../ops/flood-rows.ts";
import { profileRow } from "../ops/profile-row.ts";

const SERIES = 100_000;
const SCRAPES = 3;

/** What operating costs: scrapes, profiles, password guessing. */
export async function bench(): Promise<readonly BenchRow[]> {
  return [await scrapeRow(), ...(await daemonRows())];
}

async function daemonRows(): Promise<readonly BenchRow[]> {
  const directory = await mkdtemp(join(tmpdir(), "bench-ops-"));
  const config = join(directory, "config.json");
  const password = "correct horse battery staple";
  const hash = passwordText(await hashPassword(password, { random }));
  const [known, unknown] = ["alice", "bob"];
  const opsUsers = [known, unknown].map((name) => ({
    name,
    password: hash,
    role: "platform-reader",
  }));
  await writeFile(config, JSON.stringify({ opsUsers }));
  const unlimited = ["--address-rate", "1000000", "--caller-rate", "1000000"];
  const daemon = await startBenchDaemon(join(directory, "data"), [
    "--config",
    config,
    ...unlimited,
  ]);
  try {
    return [await profileRow(daemon), ...(await floodRows(daemon, { known, unknown, password }))];
  } finally {
    await daemon.stop();
    await rm(directory, { recursive: true });
  }
}

async function scrapeRow(): Promise<BenchRow> {
  const metrics = new MetricsRegistry({ clock, maxSeries: SERIES });
  const requests = metrics.counter("requests_total", { help: "Requests." });
  for (let n = 0; n < SERIES * 0.8; n++) requests.add(1, { route: `/servers/${n}`, method: "GET" });
  const seconds = metrics.histogram("seconds", { help: "Times.", native: {}, buckets: [0.1, 1] });
  for (let n = 0; n < SERIES * 0.2; n++) seconds.observe(n / 100, { route: `/servers/${n}` });
  const totals: number[] = [];
  let longest = 0;
  for (const accept of ["text/plain", "application/openmetrics-text", PROTOBUF]) {
    for (let n = 0; n < SCRAPES; n++) {
      collectGarbage();
      const { block, total } = await longestBlock(async () => {
        for await (const _ of scrape(metrics, { accept }, { clock }).body) continue;
      });
      longest = Math.max(longest, block);
      totals.push(total);
    }
  }
  return {
    name: "ops: longest block of the loop by a scrape of 100,000 series",
    value: longest,
    unit: "ms",
    budget: { atMost: 10 },
    detail: `time of the processor between two turns of the loop; three formats, ${SCRAPES} scrapes each; a scrape takes ${Math.round(median(totals))} ms in all (median)`,
  };
}

const PROTOBUF =
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

/** What filling the registry left behind is no cost of a scrape. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

/** Milliseconds of this thread on the processor. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function longestBlock(
  work: () => Promise<void>,
): Promise<{ readonly block: number; readonly total: number }> {
  const done = new AbortController();
  let block = 0;
  const startedMs = cpuMs();
  const watch = async (): Promise<void> => {
    for (let lastMs = cpuMs(); !done.signal.aborted; ) {
      await nextTurn();
      const nowMs = cpuMs();
      block = Math.max(block, nowMs - lastMs);
      lastMs = nowMs;
    }
  };
  const watched = watch();
  await work();
  done.abort();
  await watched;
  return { block, total: cpuMs() - startedMs };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
