import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseServices } from "./parse-services.ts";

function faultOf(document: unknown): string {
  const parsed = parseServices(document);
  assert.ok(!parsed.ok);
  return parsed.error;
}

test("what a service is when little is said", () => {
  assert.deepEqual(parseServices([{ id: "web", command: "/usr/bin/web" }]), {
    ok: true,
    value: [
      {
        id: "web",
        command: ["/usr/bin/web"],
        environment: {},
        directory: "/",
        restart: "always",
        dependsOn: [],
        healthCheck: undefined,
        stopTimeoutMs: 10_000,
        autostart: true,
        logBytes: 1024 * 1024,
      },
    ],
  });
});

test("what a service is when all is said, and the order", () => {
  const parsed = parseServices([
    {
      id: "web",
      command: "web",
      args: ["--port", "80"],
      env: { LANG: "C" },
      directory: "/srv",
      restart: "on-failure",
      dependsOn: ["db"],
      healthCheck: { command: ["true"], initialDelaySeconds: 0, intervalSeconds: 2 },
      stopTimeoutSeconds: 1.5,
      autostart: false,
      logKilobytes: 64,
    },
    { id: "other", command: "other" },
    { id: "db", command: "db" },
  ]);
  assert.ok(parsed.ok);
  assert.deepEqual(
    parsed.value.map(({ id }) => id),
    ["other", "db", "web"],
  );
  assert.deepEqual(parsed.value[2], {
    id: "web",
    command: ["web", "--port", "80"],
    environment: { LANG: "C" },
    directory: "/srv",
    restart: "on-failure",
    dependsOn: ["db"],
    healthCheck: { command: ["true"], initialDelayMs: 0, intervalMs: 2000, timeoutMs: 5000 },
    stopTimeoutMs: 1500,
    autostart: false,
    logBytes: 65_536,
  });
});

test("no services at all", () => {
  for (const document of [undefined, null, []]) {
    assert.deepEqual(parseServices(document), { ok: true, value: [] });
  }
});

test("faults say where they are", () => {
  const web = { id: "web", command: "web" };
  for (const [document, pattern] of [
    [{}, /^services: /],
    [[{ id: "web" }], /^services\.0: .*command/],
    [[{ ...web, id: "Web server" }], /^services\.0\.id: /],
    [[{ ...web, comand: 1 }], /^services\.0\.comand: is unknown$/],
    [[web, { ...web, id: "b", restart: "sometimes" }], /^services\.1\.restart/],
    [[{ ...web, directory: "srv" }], /^services\.0\.directory/],
    [[{ ...web, healthCheck: { command: [] } }], /^services\.0\.healthCheck\.command/],
    [[{ ...web, id: "agent" }], /^services\.0\.id: agent is the agent itself$/],
    [[web, web], /^services: web is there twice$/],
    [[{ ...web, dependsOn: ["db"] }], /^services: web depends on db, which is none$/],
    [
      [
        { ...web, dependsOn: ["db"] },
        { id: "db", command: "db", dependsOn: ["web"] },
      ],
      /^services: these wait for each other in a circle.*: web, db$/,
    ],
    [[{ ...web, dependsOn: ["web"] }], /circle/],
  ] as const) {
    assert.match(faultOf(document), pattern);
  }
});

test("no document makes it throw", () => {
  const service = fc.record(
    {
      id: fc.oneof(fc.constantFrom("a", "b", "c"), fc.string()),
      command: fc.string(),
      args: fc.oneof(fc.array(fc.string()), fc.anything()),
      dependsOn: fc.oneof(fc.array(fc.constantFrom("a", "b", "c")), fc.anything()),
      healthCheck: fc.anything(),
      restart: fc.constantFrom("always", "never", "on-failure", 1),
    },
    { requiredKeys: ["id", "command"] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.array(service), fc.anything()), (document) => {
      const parsed = parseServices(document);
      if (!parsed.ok) return;
      const seen = new Set<string>();
      for (const { id, dependsOn } of parsed.value) {
        assert.ok(dependsOn.every((other) => seen.has(other)));
        seen.add(id);
      }
    }),
    { seed: 33, numRuns: 1000 },
  );
});
