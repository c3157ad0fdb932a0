import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, before, beforeEach, describe, test } from "node:test";
import { Problem, systemClock } from "@signalbox/base";
import {
  addHealthMetrics,
  bearerAuthenticator,
  createAdminApi,
  HealthRegistry,
  MetricsRegistry,
  nodeHandler,
  Policy,
  StaticCluster,
} from "@signalbox/ops";
import { Profiler } from "@signalbox/ops/profiling";
import { Command } from "commander";
import type { Finding } from "../../../doctor/finding.ts";
import type { CliIo } from "../../cli-io.ts";
import { addOpsCommands } from "./ops-commands.ts";

const TOKEN = "sbx_0123456789abcdef_secret";
const clock = systemClock;
const health = new HealthRegistry(clock);
const metrics = new MetricsRegistry({ clock });
const log = { level: "info" };

describe("signalbox ops", () => {
  let server: Server;
  let url: string;
  let directory: string;
  let broken: string | undefined;

  before(async () => {
    const policy = new Policy();
    policy.setRole({ name: "admin", grants: ["admin:*"] });
    policy.setUser("me", ["admin"]);
    health.register({
      name: "store",
      run: () => {
        if (broken !== undefined) throw new Error(broken);
      },
      cacheMs: 0,
    });
    addHealthMetrics(metrics, health);
    const requests = metrics.counter("http_requests_total", { help: "Requests." });
    requests.add(1, { operation: "listServers" });
    const api = createAdminApi({
      clock,
      health,
      metrics,
      log,
      access: { authenticator: bearerAuthenticator([{ user: "me", token: TOKEN }]), policy },
      cluster: new StaticCluster({ clock, self: { id: "n1", addr: "127.0.0.1:6081" } }),
      profiles: new Profiler({ clock }),
    });
    server = createServer(nodeHandler(api)).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    directory = mkdtempSync(join(tmpdir(), "signalbox-ops-"));
  });
  after(() => {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(() => {
    broken = undefined;
  });

  interface Ran {
    readonly stdout: string;
    readonly problem: Problem | undefined;
  }

  /** Runs `signalbox ops ARGS` in this process. */
  async function run(args: readonly string[], given: Partial<RunOptions> = {}): Promise<Ran> {
    const { token, findings, environment } = {
      token: TOKEN,
      findings: [],
      environment: { SIGNALBOX_OPS_URL: url },
      ...given,
    };
    let stdout = "";
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        stdout += chunk.toString();
        done();
      },
    });
    const io: CliIo = {
      stdin: process.stdin,
      stdout: sink,
      stderr: new Writable({ write: (_chunk, _encoding, done) => done() }),
      isInteractive: false,
      environment: { ...environment, SIGNALBOX_TOKEN: token },
      clock,
      signal: new AbortController().signal,
    };
    const program = new Command("signalbox").exitOverride();
    addOpsCommands(program, io, () => Promise.resolve(findings));
    try {
      await program.parseAsync(["ops", ...args], { from: "user" });
      return { stdout, problem: undefined };
    } catch (error) {
      if (!Problem.is(error)) throw error;
      return { stdout, problem: error };
    }
  }

  interface RunOptions {
    readonly token: string;
    readonly findings: readonly Finding[];
    readonly environment: Readonly<Record<string, string>>;
  }

  test("health: each check with its state, since when, and why", async () => {
    const well = await run(["health"]);
    assert.match(well.stdout, /^CHECK +STATE +SINCE +REASON\nstore +ok +20\d\d-\S+Z +-\n$/);
    assert.equal(well.problem, undefined);
    broken = "the disk is gone";
    const ill = await run(["health", "-o", "json"]);
    assert.equal(ill.problem?.code, "unprocessable");
    const report = JSON.parse(ill.stdout) as { checks: readonly { reason: string }[] };
    assert.equal(report.checks[0]?.reason, "the disk is gone");
  });

  test("metrics: text, samples, and who has the most series", async () => {
    const text = await run(["metrics", "http_"]);
    assert.equal(
      text.stdout,
      '# HELP http_requests_total Requests.\n# TYPE http_requests_total counter\nhttp_requests_total{operation="listServers"} 1\n',
    );
    const [sample] = JSON.parse(
      (await run(["metrics", "http_", "-o", "json"])).stdout,
    ) as unknown[];
    assert.deepEqual(sample, {
      name: "http_requests_total",
      labels: { operation: "listServers" },
      value: 1,
    });
    const none = await run(["metrics", "htpp_", "stroe_"]);
    assert.equal(none.problem?.code, "not_found");
    assert.match(none.problem.message, /begins with htpp_ or stroe_/);
    const { stdout } = await run(["metrics", "--cardinality", "http_"]);
    assert.match(stdout, /^METRIC.*\nhttp_requests_total +1 +2000 +0 +operation=1\n$/);
  });

  test("members and the log's level", async () => {
    assert.match((await run(["members"])).stdout, /n1 +127\.0\.0\.1:6081 +yes +alive/);
    assert.match((await run(["log-level"])).stdout, /LEVEL +info/);
    assert.match((await run(["log-level", "debug"])).stdout, /LEVEL +debug/);
    assert.equal(log.level, "debug");
  });

  test("profile: a file for its owner alone, or standard output", async () => {
    const file = join(directory, "loop.json");
    const { stdout } = await run(["profile", "event-loop", "--seconds", "0.05", "--file", file]);
    assert.equal(stdout, `${file}\n`);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(typeof JSON.parse(readFileSync(file, "utf8")), "object");
    const out = await run(["profile", "event-loop", "--seconds", "0.05", "--file", "-"]);
    assert.equal(typeof JSON.parse(out.stdout), "object");
  });

  test("status: one screen, and an exit that tells", async () => {
    const well = await run(["status"]);
    assert.match(well.stdout, /^signalbox at http:\S+: all is well\n/);
    assert.equal(well.problem, undefined);
    broken = "the disk is full";
    const ill = await run(["status"]);
    assert.match(ill.stdout, /it is not ready/);
    assert.match(ill.stdout, /! store: the disk is full \(since .*\n {2}-> `signalbox doctor`/);
    assert.equal(ill.problem?.code, "unprocessable");
  });

  test("a token that is refused is said, and health goes on without reasons", async () => {
    broken = "secret reason";
    const { stdout } = await run(["health"], { token: "wrong" });
    assert.match(stdout, /store +failing/);
    assert.doesNotMatch(stdout, /secret reason/);
    const members = await run(["members"], { token: "wrong" });
    assert.equal(members.problem?.code, "unauthenticated");
  });

  test("without a daemon: what the doctor finds is told", async () => {
    const findings: readonly Finding[] = [
      {
        check: "data directory",
        verdict: "failure",
        found: "it belongs to root",
        advice: "chown it",
      },
    ];
    const nowhere = { environment: { SIGNALBOX_DATA_DIR: join(directory, "none") }, findings };
    const { stdout, problem } = await run(["status"], nowhere);
    assert.equal(problem?.code, "unavailable");
    assert.match(stdout, /cannot be reached: no daemon runs on/);
    assert.match(stdout, /! data directory: it belongs to root\n {2}-> chown it\n$/);
    assert.equal((await run(["members"], nowhere)).problem?.code, "unavailable");
  });
});
