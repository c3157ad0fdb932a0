import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, globSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { checkTypes } from "./support/check-types.ts";
import { installWithDependencies } from "./support/installed-packages.ts";
import { checkOpsInNodeHttp } from "./support/ops-example-check.ts";

const TSC = resolve("node_modules/.bin/tsc");

let project: string;
before(async () => {
  project = await mkdtemp(join(tmpdir(), "ops-dist-"));
  execFileSync(TSC, ["-b", "packages/ops"]);
  installWithDependencies(project, "ops");
  cpSync("examples/ops-in-node-http/server.ts", join(project, "server.ts"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
});
after(() => rm(project, { recursive: true, force: true }));

test("the example runs on what is published, outside of the tree", (t) =>
  checkOpsInNodeHttp(t, { file: "server.ts", cwd: project }));

test("the example has types there", () => checkTypes(project, "server.ts"));

test("the doors that need nothing else open", () => {
  const doors = ["", "/profiling", "/conformance"];
  const lines = doors.map((door) => `await import("@signalbox/ops${door}");`);
  execFileSync(process.execPath, ["--input-type=module", "-e", lines.join("\n")], { cwd: project });
});

test("the tarball brings no test and nothing that only tests use", () => {
  const ours = join(project, "node_modules/@signalbox/ops");
  assert.notEqual(globSync(join(ours, "dist/index.js")).length, 0);
  assert.deepEqual(globSync(join(ours, "**/*.test.*")), []);
  assert.deepEqual(globSync(join(ours, "{src,dist}/testing/**")), []);
});
