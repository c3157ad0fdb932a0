import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { describeCluster } from "./conformance/index.ts";
import { briefMember, fullMember } from "./member.ts";
import { StaticCluster } from "./static-cluster.ts";

describeCluster("static", (self, peers) => {
  const clock = new VirtualClock();
  const cluster = new StaticCluster({ clock, self, peers });
  return Promise.resolve({ cluster, [Symbol.asyncDispose]: () => cluster.close() });
});

test("ids that are told twice stay twice (ops §5)", () => {
  const one = { id: "n1", addr: "h1:1" };
  const cluster = new StaticCluster({ clock: new VirtualClock(), self: one, peers: [one] });
  assert.deepEqual(
    cluster.members().map(({ id, self }) => [id, self]),
    [
      ["n1", true],
      ["n1", false],
    ],
  );
});

test("the JSON of a member (ops §5)", () => {
  const clock = new VirtualClock();
  const member = new StaticCluster({ clock, self: { id: "n1", addr: "h1:1" } }).self();
  assert.equal(JSON.stringify(briefMember(member)), '{"id":"n1","addr":"h1:1","self":true}');
  assert.equal(
    JSON.stringify(fullMember(member)),
    '{"id":"n1","addr":"h1:1","self":true,"state":"alive","incarnation":0,"tags":{},' +
      '"since":"2026-01-01T00:00:00.000Z"}',
  );
});
