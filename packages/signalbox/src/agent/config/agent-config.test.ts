import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { loadAgentConfig, parseAgentConfig } from "./agent-config.ts";

const YAML = `
services:
  - id: web
    command: /usr/bin/web
    args: [--port, "80"]
    dependsOn: [db]
  - id: db
    command: /usr/bin/db
`;

test("YAML and JSON", () => {
  const fromYaml = parseAgentConfig(YAML);
  assert.ok(fromYaml.ok);
  assert.deepEqual(
    fromYaml.value.services.map(({ id, command }) => [id, ...command]),
    [
      ["db", "/usr/bin/db"],
      ["web", "/usr/bin/web", "--port", "80"],
    ],
  );
  const json = JSON.stringify({
    services: [
      { id: "web", command: "/usr/bin/web", args: ["--port", "80"], dependsOn: ["db"] },
      { id: "db", command: "/usr/bin/db" },
    ],
  });
  assert.deepEqual(parseAgentConfig(json), fromYaml);
});

test("nothing to say", () => {
  for (const text of ["", "# later\n", "{}", "services:", "services: []"]) {
    assert.deepEqual(parseAgentConfig(text), { ok: true, value: { services: [] } }, text);
  }
});

test("faults", () => {
  const aliases = ["a: &a0 [x]"]
    .concat(Array.from({ length: 9 }, (_, n) => `b${n}: &a${n + 1} [${`*a${n},`.repeat(9)}]`))
    .join("\n");
  for (const [text, pattern] of [
    ["[", /./],
    ["- web", /^is no mapping$/],
    ["5", /^is no mapping$/],
    ["service: []", /^service: is unknown$/],
    ["services: [{id: web}]", /^services\.0: /],
    ["services: !!js/function x", /tag/],
    [aliases, /alias/],
  ] as const) {
    const config = parseAgentConfig(text);
    assert.ok(!config.ok);
    assert.match(config.error, pattern);
  }
});

test("no text makes it throw", () => {
  const words = fc.constantFrom(
    "services",
    ":",
    "- ",
    "\n",
    "  ",
    "id",
    "[",
    "]",
    "{",
    "&a",
    "*a",
    "!!",
    '"',
    "|",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(words).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(text, (given) => {
      assert.equal(typeof parseAgentConfig(given).ok, "boolean");
    }),
    { seed: 51, numRuns: 1000 },
  );
});

test("a file that is at fault is named, and nobody throws", async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, "agent.yaml");
  assert.deepEqual(await loadAgentConfig(path), {
    services: [],
    fault: { kind: "load", message: `open ${path}: no such file or directory` },
  });
  await writeFile(path, YAML);
  assert.equal((await loadAgentConfig(path)).services.length, 2);
  await writeFile(path, "services: 5");
  assert.deepEqual(await loadAgentConfig(path), {
    services: [],
    fault: { kind: "validation", message: `${path}: services: is no list of 0 to 256` },
  });
});
