import assert from "node:assert/strict";
import { test } from "node:test";
import { BOOTED, server } from "../../reconcilers/testing/fixtures.ts";
import { encodeAssignment } from "./encode-assignment.ts";
import { FollowedCluster } from "./followed-cluster.ts";

const REACH = { region: () => ({ name: "r", hasPrivateNetwork: true }), opens: () => true };
const WEB = { cluster: "web", port: 80, from: { tags: {} } };
const up = server("s1", { status: { ...BOOTED, privateIP: "10.0.0.1" } });
const down = server("s1", { status: { ...BOOTED, powerState: "Stopped" } });

test("what is older than what was loaded is old news", () => {
  const cluster = new FollowedCluster(WEB, REACH);
  cluster.load([up], 5);
  assert.equal(cluster.follow("s1", down, 5), false);
  assert.equal(cluster.follow("s1", undefined, 4), false);
  assert.equal(cluster.follow("s1", down, 6), true);
  assert.equal(cluster.follow("s1", undefined, 7), false, "it had left already");
  assert.equal(cluster.follow("s1", up, 8), true);
  assert.equal(cluster.follow("s1", up, 9), false);
  assert.equal(cluster.follow("s1", undefined, 10), true);
  const { version } = cluster.assignment(encodeAssignment);
  assert.equal(version, encodeAssignment("web", 80, []).version);
});
