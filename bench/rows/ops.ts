import { Agent, request } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { systemClock as clock, systemRandom as random } from "@signalbox/base";
import {
  createAdminApi,
  HealthRegistry,
  type HttpListener,
  MetricsRegistry,
  nodeHandler,
  PasswordAuthenticator,
  PasswordStore,
  Policy,
  scrape,
  startListener,
} from "@signalbox/ops";
import { Profiler } from "@signalbox/ops/profiling";
import type { BenchRow } from "../bench-row.ts";

const SERIES = 100_000;
const SCRAPES = 3;
const ROUNDS = 9;
const CALLS = 20_000;
const GUESSES_A_SECOND = 500;
const FLOOD_MS = 5000;

/** What operating costs: scrapes, profiles, password guessing. */
export async function bench(): Promise<readonly BenchRow[]> {
  return [await scrapeRow(), await profileRow(), await floodRow()];
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

async function profileRow(): Promise<BenchRow> {
  const health = new HealthRegistry(clock);
  for (let n = 0; n < 10; n++) health.register({ name: `check-${n}`, run: () => {} });
  const admin = createAdminApi({ clock, health });
  const signal = new AbortController().signal;
  const round = async (): Promise<number> => {
    const startedMs = cpuMs();
    for (let n = 0; n < CALLS; n++) {
      const url = "/readyz?verbose";
      await admin.handle({ method: "GET", url, headers: {}, remoteAddress: "", signal });
    }
    return cpuMs() - startedMs;
  };
  const plain: number[] = [];
  const profiled: number[] = [];
  await round();
  for (let n = 0; n < ROUNDS; n++) {
    plain.push(await round());
    profiled.push(await whileProfiled(round));
  }
  return {
    name: "ops: work done while a CPU profile is taken",
    value: median(plain) / median(profiled),
    unit: "ratio",
    budget: { atLeast: 0.95 },
    detail: `${CALLS} probes of 10 checks: ${median(plain).toFixed(0)} ms of the processor without, ${median(profiled).toFixed(0)} ms with; medians of ${ROUNDS} alternating rounds`,
  };
}

async function whileProfiled(round: () => Promise<number>): Promise<number> {
  let took = 0;
  const sleep = async (): Promise<void> => {
    took = await round();
  };
  await new Profiler({ clock: { ...clock, sleep } }).take({ kind: "cpu" });
  return took;
}

async function floodRow(): Promise<BenchRow> {
  const passwords = new PasswordStore({ random });
  await passwords.set("alice", "secret");
  const policy = new Policy();
  policy.setRole({ name: "reader", grants: ["admin:read"] });
  policy.setUser("alice", ["reader"]);
  const authenticator = new PasswordAuthenticator({ clock, random, passwords });
  const admin = createAdminApi({ clock, access: { authenticator, policy } });
  const listener = await startListener(nodeHandler(admin), { clock, maxConnections: 1000 });
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const call = (password: string, localAddress?: string): Promise<Call> =>
    get(listener, agent, password, localAddress);
  try {
    await call("secret");
    const quiet = await steady(() => call("secret"));
    let isOver = false;
    const flood = guess(call, () => isOver);
    const busy = await steady(() => call("secret"));
    const other = await call("secret", "127.0.0.2");
    isOver = true;
    const guesses = await flood;
    const limit = 2 * p99(quiet) + 5;
    return {
      name: "ops: p99 under 500 wrong passwords a second, of twice the quiet one + 5 ms",
      value: p99(busy) / limit,
      unit: "ratio",
      budget: { atMost: 1 },
      detail: `quiet ${p99(quiet).toFixed(1)} ms, flooded ${p99(busy).toFixed(1)} ms at ${guesses} guesses in ${FLOOD_MS / 1000} s; one from another address was answered ${other.status} in ${other.ms.toFixed(0)} ms`,
    };
  } finally {
    agent.destroy();
    await listener.close(0);
  }
}

interface Call {
  readonly status: number | undefined;
  readonly ms: number;
}

function get(
  { port }: HttpListener,
  agent: Agent,
  password: string,
  localAddress: string | undefined,
): Promise<Call> {
  const startedMs = clock.monotonic();
  const options = { host: "127.0.0.1", port, path: "/info", auth: `alice:${password}` };
  const from = localAddress === undefined ? { agent } : { localAddress };
  return new Promise((resolve, reject) => {
    request({ ...options, ...from }, (response) => {
      response.resume().once("end", () => {
        resolve({ status: response.statusCode, ms: clock.monotonic() - startedMs });
      });
    })
      .once("error", reject)
      .end();
  });
}

/** A call every 10 ms. */
async function steady(call: () => Promise<Call>): Promise<readonly number[]> {
  const times: number[] = [];
  const untilMs = clock.monotonic() + FLOOD_MS;
  while (clock.monotonic() < untilMs) {
    times.push((await call()).ms);
    await clock.sleep(10);
  }
  return times;
}

async function guess(
  call: (password: string) => Promise<Call>,
  isOver: () => boolean,
): Promise<number> {
  const calls: Promise<Call>[] = [];
  const startedMs = clock.monotonic();
  while (!isOver()) {
    const due = ((clock.monotonic() - startedMs) / 1000) * GUESSES_A_SECOND;
    while (calls.length < due) calls.push(call(`guess ${calls.length}`));
    await clock.sleep(5);
  }
  await Promise.all(calls);
  return calls.length;
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
