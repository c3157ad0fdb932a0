import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { systemClock } from "@signalbox/base";

export interface ScrapeJob {
  readonly name: string;
  readonly port: number;
  readonly path: string;
}

/** One row of an instant query's answer. */
export interface QueryRow {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Prometheus {
  /** Asks until there is an answer of at least one row. */
  query(expression: string): Promise<readonly QueryRow[]>;
  /** What the server says of its last scrape of each job. */
  targets(): Promise<readonly { readonly job: string; readonly lastError: string }[]>;
}

const ATTEMPTS = 150;
const PAUSE_MS = 200;

/** Runs a real Prometheus, with native histograms, that scrapes every second. */
export async function usePrometheus(
  t: TestContext,
  jobs: readonly ScrapeJob[],
): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), "prometheus-"));
  const config = {
    global: { scrape_interval: "1s" },
    scrape_configs: jobs.map(({ name, port, path }) => ({
      job_name: name,
      metrics_path: path,
      static_configs: [{ targets: [`127.0.0.1:${port}`] }],
    })),
  };
  const file = join(folder, "prometheus.yml");
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config));
  const port = await freePort();
  const child = spawn(
    "prometheus",
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--enable-feature=native-histograms",
      "--log.level=error",
    ],
    { stdio: "ignore" },
  );
  const exited = once(child, "exit");
  t.after(async () => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true });
  });
  const base = `http://127.0.0.1:${port}/api/v1`;
  return {
    query: (expression) =>
      repeated(async () => {
        const url = `${base}/query?query=${encodeURIComponent(expression)}`;
        const { data } = (await (await fetch(url)).json()) as {
          data: { result: { metric: Record<string, string>; value: [number, string] }[] };
        };
        const rows = data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
        return rows.length > 0 ? rows : undefined;
      }, expression),
    targets: () =>
      repeated(async () => {
        const { data } = (await (await fetch(`${base}/targets`)).json()) as {
          data: { activeTargets: { labels: { job: string }; lastError: string; health: string }[] };
        };
        const rows = data.activeTargets;
        if (rows.length === 0 || rows.some(({ health }) => health === "unknown")) return undefined;
        return rows.map(({ labels: { job }, lastError }) => ({ job, lastError }));
      }, "targets"),
  };
}

async function repeated<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // Until it listens, there is nobody to answer.
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    await systemClock.sleep(PAUSE_MS);
  }
  throw new Error(`Prometheus has no answer to ${what}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
