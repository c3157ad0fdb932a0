import assert from "node:assert/strict";
import { test } from "node:test";
import { fail, ok } from "@signalbox/base";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { textResource } from "../testing/text-resource.ts";
import { checkConsistency, type References } from "./check-consistency.ts";

const { cluster, endpoint, route } = TYPE_URLS;

/** The content of a resource here: what it refers to, each as `type name`. */
const references: References = ({ bytes }) => {
  const content = Buffer.from(bytes).toString();
  if (content === "garbage") return fail("not a list");
  const pairs = content === "" ? [] : content.split(",");
  return ok(
    pairs.map((pair) => {
      const [typeUrl = "", name = ""] = pair.split(" ");
      return { typeUrl, name };
    }),
  );
};

test("what is whole is consistent", () => {
  const report = checkConsistency(
    [
      textResource("c", `${endpoint} e`, { typeUrl: cluster }),
      textResource("e"),
      textResource("v", "", { typeUrl: TYPE_URLS.virtualHost }),
    ],
    { references },
  );
  assert.deepEqual(report, {
    dangling: [],
    unreferenced: [],
    unreadable: [],
    isConsistent: true,
  });
});

test("dangling, unreferenced and unreadable are told apart; each reference once", () => {
  const report = checkConsistency(
    [
      textResource("c", `${endpoint} gone,${endpoint} gone,${route} gone`, { typeUrl: cluster }),
      textResource("bad", "garbage", { typeUrl: cluster }),
      textResource("idle"),
    ],
    { references },
  );
  const from = { typeUrl: cluster, name: "c" };
  assert.deepEqual(report, {
    dangling: [
      { kind: "dangling", from, to: { typeUrl: endpoint, name: "gone" }, severity: "error" },
      { kind: "dangling", from, to: { typeUrl: route, name: "gone" }, severity: "error" },
    ],
    unreferenced: [
      {
        kind: "unreferenced",
        resource: { typeUrl: endpoint, name: "idle" },
        severity: "warning",
      },
    ],
    unreadable: [
      {
        kind: "unreadable",
        resource: { typeUrl: cluster, name: "bad" },
        reason: "not a list",
        severity: "error",
      },
    ],
    isConsistent: false,
  });
});

test("the caller judges: what is ignored is not reported, warnings are consistent", () => {
  const resources = [
    textResource("c", `${endpoint} gone,${endpoint} static`, { typeUrl: cluster }),
    textResource("idle"),
  ];
  const report = checkConsistency(resources, {
    references,
    severity: (finding) => {
      if (finding.kind === "unreferenced") return "error";
      return finding.kind === "dangling" && finding.to.name === "static" ? "ignore" : "warning";
    },
  });
  assert.deepEqual(
    report.dangling.map(({ to, severity }) => [to.name, severity]),
    [["gone", "warning"]],
  );
  assert.equal(report.unreferenced[0]?.severity, "error");
  assert.equal(report.isConsistent, false);
});

test("an alias is a name: it satisfies references, and what is asked for by it is in use", () => {
  const report = checkConsistency(
    [
      textResource("c", `${endpoint} other`, { typeUrl: cluster }),
      textResource("e", "", { aliases: ["other"] }),
    ],
    { references },
  );
  assert.ok(report.isConsistent);
  assert.deepEqual(report.unreferenced, []);
});

test("which types need a reference is the caller's choice", () => {
  const resources = [textResource("c", "", { typeUrl: cluster }), textResource("idle")];
  const { unreferenced } = checkConsistency(resources, {
    references,
    neededByReference: [cluster],
  });
  assert.deepEqual(
    unreferenced.map(({ resource }) => resource.name),
    ["c"],
  );
});
