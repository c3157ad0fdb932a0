import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { checkTypes } from "./support/check-types.ts";
import { checkXdsServer } from "./support/example-checks.ts";
import { installWithDependencies } from "./support/installed-packages.ts";

const TSC = resolve("node_modules/.bin/tsc");

let project: string;
before(async () => {
  project = await mkdtemp(join(tmpdir(), "xds-dist-"));
  execFileSync(TSC, ["-b", "packages/xds"]);
  installWithDependencies(project, "xds");
  cpSync("examples/xds-server/server.ts", join(project, "server.ts"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
});
after(() => rm(project, { recursive: true, force: true }));

test("the example runs on what is published, outside of the tree", (t) =>
  checkXdsServer(t, { file: "server.ts", cwd: project }));

test("the example has types there", () => checkTypes(project, "server.ts"));

test("every door of the packages opens", () => {
  const doors = ["", "/consistency", "/rest", "/load-report", "/client-status"];
  const lines = doors.map((door) => `await import("@signalbox/xds${door}");`);
  execFileSync(process.execPath, ["--input-type=module", "-e", lines.join("\n")], { cwd: project });
});

test("the tarballs bring generated code, and no test and no script that runs at install", () => {
  const ours = join(project, "node_modules/@signalbox");
  assert.notEqual(globSync(join(ours, "envoy-api/gen/**/cluster_pb.js")).length, 0);
  assert.deepEqual(globSync(join(ours, "*/**/*.test.*")), []);
  assert.deepEqual(globSync(join(ours, "xds/{src,dist}/**/testing/**")), []);
  for (const path of globSync(join(ours, "*/package.json"))) {
    const { scripts = {} } = JSON.parse(readFileSync(path, "utf8")) as { scripts?: object };
    assert.deepEqual(scripts, {}, path);
  }
});
