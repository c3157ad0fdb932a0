import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GrpcError, Metadata } from "@signalbox/grpc";
import { NODE_ENROLMENT, SERVER } from "../model/kinds.ts";
import { NodeRoles } from "../node-api/node-roles.ts";
import { accessLine } from "./access-line.ts";
import { AllowedAddresses } from "./allowed-addresses.ts";
import { planCall } from "./plan-call.ts";
import { directoryOf } from "./node-directory.ts";
import { NodeRig } from "./testing/node-rig.ts";

const ID_A = "a0000000-0000-4000-8000-000000000001";
const ID_B = "b0000000-0000-4000-8000-000000000002";

test("the directory follows the store, and is made anew only when that has changed", async (t) => {
  const { store, ...rig } = await NodeRig.use(t).then((made) => ({
    store: made.store,
    add: made.addMachine.bind(made),
  }));
  const directory = directoryOf(store);
  assert.deepEqual(directory().nodes, []);
  await rig.add({ id: ID_B, name: "b", privateIP: "10.0.0.2" });
  await rig.add({ id: ID_A, name: "a" });
  assert.deepEqual(
    directory().nodes.map(({ name }) => name),
    ["a", "b"],
  );
  assert.equal(directory(), directory());
  assert.equal(directory().byAddress("10.0.0.2")[0]?.serverId, ID_B);

  // A server that is made again under its name has its id, and has yet to enrol.
  const again = store.get(SERVER, ID_B)?.value;
  assert.ok(again);
  await store.transact((tx) => tx.update(SERVER, ID_B, { ...again, incarnation: ID_A }));
  assert.equal(directory().byId(ID_B), undefined);
  await store.transact((tx) => tx.delete(NODE_ENROLMENT, ID_A));
  assert.deepEqual(directory().nodes, []);
  await store.transact((tx) => tx.delete(SERVER, ID_B));
  assert.deepEqual(directory().nodes, []);
});

test("whatever callers send, a plan is made or the call has its status", async (t) => {
  const rig = await NodeRig.use(t, {});
  await rig.addMachine({ id: ID_A, name: "a", privateIP: "10.0.0.1" });
  const sources = {
    directory: directoryOf(rig.store),
    agentAddress: () => "127.0.0.1:1",
    allowed: new AllowedAddresses(["127.0.0.0/8", "fd00::/8"]),
    maxNodes: 10,
    dropsDuplicates: false,
  };
  const roles = NodeRoles.parse(["os:admin"]);
  const caller = { name: "x", roles, isImpersonator: false, scopes: undefined };
  const part = fc.constantFrom(
    "a",
    "127.0.0.1",
    "[",
    "]",
    ":",
    "/",
    "%",
    ",",
    "=",
    "tag",
    "all",
    "::1",
    "1",
    " ",
  );
  const target = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 6 }).map((parts) => parts.join("")),
  );
  const name = fc.constantFrom("node", "nodes", "node-order", "node-completion", "node-envelope");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, target), { maxLength: 12 }),
      fc.constantFrom("/machine.MachineService/Version", "/x.Y/Z", ""),
      (fields, path) => {
        const metadata = Metadata.of(fields);
        const facts = {
          path,
          metadata,
          durationMs: 1,
          peer: "p",
          caller: "c",
          roles: [],
          nodes: 0,
        };
        assert.doesNotMatch(accessLine({ ...facts, status: { code: 0, message: "" } }), /\p{Cc}/u);
        try {
          const plan = planCall(sources, caller, { path, metadata });
          assert.ok(plan.targets.length <= 10);
        } catch (error) {
          assert.ok(error instanceof GrpcError, String(error));
        }
      },
    ),
    { seed: 5, numRuns: 2_000 },
  );
});
