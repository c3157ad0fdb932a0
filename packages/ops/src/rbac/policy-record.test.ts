import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writeFileAtomically } from "@signalbox/base";
import fc from "fast-check";
import { Policy } from "./policy.ts";
import { parsePolicyRecord } from "./policy-record.ts";

test("a policy is the same after it was written to a file", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "policy-"));
  t.after(() => rm(folder, { recursive: true }));
  const policy = new Policy();
  policy.setRole({ name: "operator", grants: ["admin:*"], denials: ["admin:profile"] });
  policy.setUser("alice", ["operator"]);
  const path = join(folder, "policy.json");
  writeFileAtomically(path, JSON.stringify(policy.toRecord()));
  const read = parsePolicyRecord(await readFile(path, "utf8"));
  assert.ok(read.ok);
  assert.deepEqual(Policy.from(read.value).toRecord(), policy.toRecord());
});

// biome-ignore format: a table
const FAULTS: readonly [text: string, error: RegExp][] = [
  ["", /not JSON/], ["[]", /an object/], ["{}", /are lists/], ['{"roles":[],"users":[],"x":1}', /"x"/],
  ['{"roles":[{"name":"r","grants":[1],"denials":[]}],"users":[]}', /roles\[0\]/],
  ['{"roles":[{"name":"r","grants":["a"]}],"users":[]}', /roles\[0\]/],
  ['{"roles":[],"users":[{"name":"u","roles":["r"]},{"name":"u"}]}', /users\[1\]/],
];

for (const [text, error] of FAULTS) {
  test(`no policy: ${text}`, () => {
    const read = parsePolicyRecord(text);
    assert.ok(!read.ok);
    assert.match(read.error, error);
  });
}

test("no JSON is too strange", () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const read = parsePolicyRecord(json);
      if (read.ok) Policy.from(read.value);
    }),
    { seed: 1 },
  );
});
