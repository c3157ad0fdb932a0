import assert from "node:assert/strict";
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { installPackages } from "./support/installed-packages.ts";

const run = promisify(execFile);

let project: string;
before(async () => {
  project = await mkdtemp(join(tmpdir(), "signalbox-dist-"));
  execFileSync("node_modules/.bin/tsc", ["-b", "packages/signalbox"]);
  installPackages(project);
});
after(() => rm(project, { recursive: true, force: true }));

/** The project's own environment: no conditions, and a Node that is new enough. */
function options(): { readonly cwd: string; readonly env: Record<string, string | undefined> } {
  const path = `${dirname(process.execPath)}:${process.env["PATH"]}`;
  return { cwd: project, env: { PATH: path, HOME: process.env["HOME"] } };
}

async function signalbox(...args: readonly string[]): Promise<string> {
  const { stdout } = await run("node_modules/.bin/signalbox", args, options());
  return stdout;
}

async function startDaemon(): Promise<ChildProcess> {
  const any = "127.0.0.1:0";
  const listeners = ["rest", "ops", "xds", "node", "enrol"].flatMap((name) => [
    `--listen-${name}`,
    any,
  ]);
  const args = ["serve", ...listeners, "--provider", "simulated", "--log-level", "warn"];
  const daemon = spawn("node_modules/.bin/signalbox", args, {
    ...options(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: daemon.stdout });
  for await (const line of lines) if (line.startsWith("ready")) return daemon;
  throw new Error("the daemon ended before it was ready");
}

test("the tarballs hold no tests, nothing that only tests use, and no notes of the compiler", () => {
  const files = ["signalbox", "@signalbox"].flatMap((name) =>
    readdirSync(join(project, "node_modules", name), { recursive: true, encoding: "utf8" }),
  );
  assert.ok(files.some((path) => path.endsWith("dist/index.js")));
  const isUnwanted = (path: string): boolean => /\.test\.|\btesting\/|\.tsbuildinfo$/.test(path);
  assert.deepEqual(files.filter(isUnwanted), []);
});

test("npx signalbox --version", async () => {
  const { stdout } = await run("npx", ["--no-install", "signalbox", "--version"], options());
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test("the published program serves, creates and lists, on plain JavaScript", async (t) => {
  const daemon = await startDaemon();
  t.after(() => daemon.kill("SIGKILL"));
  await signalbox("network", "create", "net", "--wait");
  const choice = ["--flavor", "sim-standard-4", "--image", "ubuntu-24.04-amd64"];
  await signalbox("server", "create", "one", "--network", "net", ...choice, "--wait");
  assert.match(await signalbox("server", "list"), / one +provisioned +Running /);
  daemon.kill("SIGTERM");
  assert.deepEqual(await once(daemon, "exit"), [0, null]);
});
