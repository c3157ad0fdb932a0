import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { systemClock } from "@signalbox/base";
import { ownLoopback } from "@signalbox/testing";

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
  /**
   * Resolves when the last scrape of every job was good. One that took longer than a second, of a
   * process that was held up, is followed by another; what cannot be read fails each time.
   */
  scraped(): Promise<void>;
}

/** Nobody else listens at an address of its own, so the number may be any. */
const PORT = 9090;
const ATTEMPTS = 300;
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
  const address = `${ownLoopback()}:${PORT}`;
  const child = spawn(
    "prometheus",
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${address}`,
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
  const base = `http://${address}/api/v1`;
  return {
    query: (expression) =>
      repeated(
        async () => {
          const url = `${base}/query?query=${encodeURIComponent(expression)}`;
          const { data } = (await (await fetch(url)).json()) as {
            data: { result: { metric: Record<string, string>; value: [number, string] }[] };
          };
          const rows = data.result.map(({ metric, value }) => ({
            metric,
            value: Number(value[1]),
          }));
          return rows.length > 0 ? rows : undefined;
        },
        () => expression,
      ),
    scraped: async () => {
      let faults: readonly string[] = [];
      await repeated(
        async () => {
          const { data } = (await (await fetch(`${base}/targets`)).json()) as {
            data: {
              activeTargets: { labels: { job: string }; lastError: string; health: string }[];
            };
          };
          const rows = data.activeTargets;
          faults = rows.map(
            ({ labels, health, lastError }) => `${labels.job} ${health} ${lastError}`,
          );
          return rows.length === jobs.length && rows.every(({ health }) => health === "up")
            ? rows
            : undefined;
        },
        () => `targets: ${faults.join("; ")}`,
      );
    },
  };
}

async function repeated<T>(ask: () => Promise<T | undefined>, what: () => string): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // Until it listens, there is nobody to answer.
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    await systemClock.sleep(PAUSE_MS);
  }
  throw new Error(`Prometheus has no answer to ${what()}`);
}
