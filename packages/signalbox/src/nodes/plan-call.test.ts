import assert from "node:assert/strict";
import { test } from "node:test";
import { GrpcError, Metadata, STATUS } from "@signalbox/grpc";
import { NodeRoles } from "../node-api/node-roles.ts";
import { AllowedAddresses } from "./allowed-addresses.ts";
import { planCall } from "./plan-call.ts";
import type { Caller } from "./caller.ts";
import type { Node } from "./node.ts";
import type { NodeDirectory } from "./node-directory.ts";

const READER: Caller = {
  name: "reader",
  roles: NodeRoles.parse(["os:reader"]),
  isImpersonator: false,
  scopes: undefined,
};
const MACHINE: Node = {
  serverId: "a0000000-0000-4000-8000-000000000001",
  name: "a",
  networkId: "net-id",
  networkName: "net",
  organizationId: "org",
  projectId: "project",
  regionId: "region",
  addresses: [],
  tags: [{ name: "role", value: "db" }],
};

/** Counts how often the whole list of machines is gone through. */
class CountedDirectory implements NodeDirectory {
  passes = 0;

  get nodes(): readonly Node[] {
    this.passes += 1;
    return [MACHINE];
  }

  byId(): undefined {
    return undefined;
  }

  byAddress(): readonly Node[] {
    return [];
  }

  byName(): readonly Node[] {
    return [];
  }
}

function plan(targets: readonly string[]): { readonly passes: number; readonly names: string[] } {
  const directory = new CountedDirectory();
  const sources = {
    directory: () => directory,
    agentAddress: () => "127.0.0.1:1",
    allowed: new AllowedAddresses([]),
    maxNodes: 2_000,
    dropsDuplicates: false,
  };
  const metadata = Metadata.of(targets.map((target) => ["nodes", target]));
  const planned = planCall(sources, READER, { path: "/machine.MachineService/Version", metadata });
  return { passes: directory.passes, names: planned.targets.map(({ name }) => name) };
}

test("a selector that is there two thousand times goes through the machines once", () => {
  const all = Array.from({ length: 2_000 }, () => "all");
  assert.deepEqual(plan(all), { passes: 1, names: ["a"] });
});

test("a hundred selectors are the most; names are not counted", () => {
  const selectors = Array.from({ length: 100 }, (_, i) => `tag=role=${i}`);
  const names = Array.from({ length: 1_000 }, (_, i) => `machine-${i}`);
  assert.equal(plan([...selectors, ...names]).names.length, 1_100);
  const oneMore = [...selectors, "tag=role=db"];
  assert.throws(
    () => plan(oneMore),
    (error) => error instanceof GrpcError && error.status.code === STATUS.INVALID_ARGUMENT,
  );
});

test("a tag is the whole of its name and value, wherever the sign between them stands", () => {
  assert.deepEqual(plan(["tag=role=db"]).names, ["a"]);
  for (const other of ["tag=role=d", "tag=rol=edb", "tag=role=dbs", "tag=role==b"]) {
    assert.deepEqual(plan([other]).names, [other], "refused under its own name");
  }
});
