import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { toJsonString } from "@bufbuild/protobuf";
import {
  type Bootstrap,
  BootstrapSchema,
} from "@signalbox/envoy-api/envoy/config/bootstrap/v3/bootstrap_pb.js";
import { eventually, PATIENCE_MS } from "../../support/eventually.ts";
import { EnvoyAdmin } from "./envoy-admin.ts";
import { envoyBinary } from "./envoy-peer.ts";
import { registry } from "./registry.ts";

const POLL_MS = 20;
const STOP_TIMEOUT_MS = 10_000;
const LOG_LINES_SHOWN = 60;

/** Node sets it before the hooks run; its type declarations lack it. */
interface OutcomeOfTest extends TestContext {
  readonly passed: boolean;
}

/** A running Envoy, with its files in a temporary folder. */
export class EnvoyProcess {
  readonly admin: EnvoyAdmin;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, admin: EnvoyAdmin) {
    this.#child = child;
    this.#folder = folder;
    this.admin = admin;
  }

  /**
   * Starts it and waits for its admin listener. The test stops it when it ends, and prints the end
   * of its log if it failed.
   */
  static async start(t: TestContext, bootstrap: Bootstrap): Promise<EnvoyProcess> {
    assert.ok(envoyBinary !== undefined, "peer missing: envoy");
    const folder = await mkdtemp(join(tmpdir(), "envoy-"));
    const config = join(folder, "bootstrap.json");
    const address = join(folder, "admin-address");
    await writeFile(
      config,
      toJsonString(BootstrapSchema, bootstrap, { registry, prettySpaces: 1 }),
    );
    // biome-ignore format: a flag and its value on one line
    const args = [
      "--config-path", config,
      "--admin-address-path", address,
      "--disable-hot-restart",
      "--concurrency", "2",
      // A replaced listener closes its connections after their next answer, and has time for it.
      "--drain-strategy", "immediate",
      "--drain-time-s", "60",
      "--log-level", "info",
    ];
    const log = openSync(join(folder, "envoy.log"), "w");
    const child = spawn(envoyBinary, args, { stdio: ["ignore", log, log] });
    closeSync(log);
    t.after(() => EnvoyProcess.#tearDown(t, child, folder));
    const readAddress = async (): Promise<string | undefined> => {
      assert.equal(child.exitCode, null, "envoy ended before it was ready");
      return (await readFile(address, "utf8").catch(() => "")) || undefined;
    };
    const text = await eventually("the admin address of envoy", PATIENCE_MS, readAddress, POLL_MS);
    return new EnvoyProcess(child, folder, new EnvoyAdmin(Number(text.split(":")[1])));
  }

  /** What it wrote to its log so far. */
  log(): Promise<string> {
    return readFile(join(this.#folder, "envoy.log"), "utf8");
  }

  /** @throws AssertionError when it had ended by itself */
  async stop(): Promise<void> {
    assert.equal(this.#child.exitCode, null, "envoy ended by itself");
    await end(this.#child);
  }

  static async #tearDown(t: TestContext, child: ChildProcess, folder: string): Promise<void> {
    await end(child);
    if (!(t as OutcomeOfTest).passed) {
      const lines = (await readFile(join(folder, "envoy.log"), "utf8")).split("\n");
      t.diagnostic(`envoy's log ends:\n${lines.slice(-LOG_LINES_SHOWN).join("\n")}`);
    }
    await rm(folder, { recursive: true });
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const stuck = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(stuck);
}
