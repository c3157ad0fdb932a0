import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, globSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { checkTypes } from "./support/check-types.ts";
import { installWithDependencies } from "./support/installed-packages.ts";
import { checkGrpcRelay } from "./support/relay-example-check.ts";

let project: string;
before(async () => {
  project = await mkdtemp(join(tmpdir(), "relay-dist-"));
  execFileSync(resolve("node_modules/.bin/tsc"), ["-b", "packages/grpc-proxy"]);
  installWithDependencies(project, "grpc-proxy");
  cpSync("examples/grpc-relay/server.ts", join(project, "server.ts"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
});
after(() => rm(project, { recursive: true, force: true }));

test("the example runs on what is published, outside of the tree", (t) =>
  checkGrpcRelay(t, { file: "server.ts", cwd: project }));

test("the example has types there", () => checkTypes(project, "server.ts"));

test("the tarballs bring generated code, and no test and nothing that only tests use", () => {
  const ours = join(project, "node_modules/@signalbox");
  assert.notEqual(globSync(join(ours, "grpc/gen/**/health_pb.js")).length, 0);
  assert.deepEqual(globSync(join(ours, "*/**/*.test.*")), []);
  assert.deepEqual(globSync(join(ours, "*/{src,dist}/**/testing/**")), []);
  assert.deepEqual(globSync(join(ours, "grpc/gen/signalbox/**")), []);
});
