import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@signalbox/base";
import type { BenchRow } from "../bench-row.ts";
import { startBenchDaemon } from "../daemon-process.ts";
import { writeSettledServers } from "../settled-servers.ts";

const RESOURCES = 100_000;
const STARTS = 5;
const STARTS_WHEN_FULL = 3;
/** After this an idle daemon has done what a start leaves to do. */
const SETTLE_MS = 10_000;

/** How long the daemon takes to be ready, and what it holds when nothing happens. */
export async function bench(): Promise<readonly BenchRow[]> {
  const directory = await mkdtemp(join(tmpdir(), "bench-daemon-"));
  try {
    const empty: Start[] = [];
    for (let n = 0; n < STARTS; n++) empty.push(await timeStart(join(directory, `empty-${n}`)));
    const idle = await measureIdle(join(directory, "empty-0"));

    const full = join(directory, "full");
    const first = await startBenchDaemon(full);
    await first.stop();
    await writeSettledServers(full, first.place, RESOURCES);
    const loaded: Start[] = [];
    for (let n = 1; n < STARTS_WHEN_FULL; n++) loaded.push(await timeStart(full));
    const busy = await measureIdle(full);
    loaded.push(busy);

    return [
      {
        name: "daemon: start to ready, empty store",
        value: median(empty.map(({ readyMs }) => readyMs)) / 1000,
        unit: "s",
        budget: { atMost: 1 },
        detail: `first start on an empty directory, from its sources; ${cpuOf(empty)}; median of ${STARTS}`,
      },
      {
        name: "daemon: start to ready, 100,000 resources",
        value: median(loaded.map(({ readyMs }) => readyMs)) / 1000,
        unit: "s",
        budget: { atMost: 5 },
        detail: `servers that run, with their machines; ${cpuOf(loaded)}; median of ${STARTS_WHEN_FULL}; then ${Math.round(busy.nowMb)} MB resident`,
      },
      {
        name: "daemon: idle memory",
        value: idle.nowMb,
        unit: "MB",
        budget: { atMost: 150 },
        detail: `resident ${SETTLE_MS / 1000} s after the start, empty store; at most ${Math.round(idle.peakMb)} MB until then`,
      },
    ];
  } finally {
    await rm(directory, { recursive: true });
  }
}

interface Start {
  readonly readyMs: number;
  readonly readyCpuMs: number;
}

async function timeStart(dataDir: string): Promise<Start> {
  const daemon = await startBenchDaemon(dataDir);
  await daemon.stop();
  return daemon;
}

function cpuOf(starts: readonly Start[]): string {
  return `${(median(starts.map(({ readyCpuMs }) => readyCpuMs)) / 1000).toFixed(1)} s of CPU`;
}

interface Idle extends Start {
  readonly nowMb: number;
  readonly peakMb: number;
}

async function measureIdle(dataDir: string): Promise<Idle> {
  const daemon = await startBenchDaemon(dataDir);
  await systemClock.sleep(SETTLE_MS);
  const memory = daemon.memory();
  await daemon.stop();
  return { ...daemon, ...memory };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
