import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GrpcError, Metadata, STATUS } from "@signalbox/grpc";
import { hasEnvelope } from "../node-api/method-facts.ts";
import { isInvalidTarget } from "./dial-address.ts";
import { type Route, routeCall } from "./routing.ts";

const VERSION = "/machine.MachineService/Version";
const STATE = "/cosi.resource.State/Get";

function routed(fields: readonly (readonly [string, string])[], path = VERSION): Route | string {
  const metadata = Metadata.of(fields);
  try {
    return routeCall({ path, metadata, canFanOut: hasEnvelope(path) }, isInvalidTarget);
  } catch (error) {
    assert.ok(error instanceof GrpcError);
    const [code] = Object.entries(STATUS).find(([, value]) => value === error.code) ?? [];
    return `${code} ${error.message}`;
  }
}

const LOCAL: Route = { type: "local" };

// Rows 1 and 4 are those of a machine: a daemon always sends calls on, and is none of the machines.
describe("routing (node-api §3.1), row by row", () => {
  test("2: no metadata, or a call that was forwarded already", () => {
    assert.deepEqual(routed([]), LOCAL);
    assert.deepEqual(
      routed([
        ["proxyfrom", ""],
        ["nodes", "a"],
      ]),
      LOCAL,
    );
    assert.deepEqual(
      routed([
        ["node", "a"],
        ["node", "b"],
        ["proxyfrom", "x"],
      ]),
      LOCAL,
    );
  });

  test("3: more than one node", () => {
    const text = "INVALID_ARGUMENT node metadata must be single-valued";
    assert.equal(
      routed([
        ["node", "a"],
        ["node", "b"],
      ]),
      text,
    );
    assert.equal(
      routed([
        ["node", "a"],
        ["node", "b"],
        ["nodes", "c"],
      ]),
      text,
    );
    assert.equal(
      routed([
        ["node", ""],
        ["node", "a"],
      ]),
      text,
    );
  });

  test("5: nodes of a method without the envelope", () => {
    const text = `INVALID_ARGUMENT one-2-many proxying is not supported for method ${STATE}`;
    assert.equal(routed([["nodes", "a"]], STATE), text);
    assert.equal(
      routed(
        [
          ["nodes", "a"],
          ["node", "b"],
        ],
        STATE,
      ),
      text,
    );
  });

  test("6: nodes, in order, repeated ones kept, before node", () => {
    const nodes = [
      ["nodes", "b"],
      ["nodes", "a"],
      ["nodes", "b"],
    ] as const;
    const many: Route = { type: "many", targets: ["b", "a", "b"] };
    assert.deepEqual(routed(nodes), many);
    assert.deepEqual(routed([...nodes, ["node", "c"]]), many);
    assert.deepEqual(routed([["nodes", "a"]]), { type: "many", targets: ["a"] });
    assert.equal(
      routed([
        ["nodes", "a"],
        ["nodes", "b:1"],
      ]),
      'INTERNAL invalid target "b:1"',
    );
    assert.equal(routed([["nodes", ""]]), 'INTERNAL invalid target ""');
  });

  test("7: node", () => {
    const one: Route = { type: "one", target: "a" };
    assert.deepEqual(routed([["node", "a"]]), one);
    assert.deepEqual(routed([["node", "a"]], STATE), one);
    assert.equal(routed([["node", "127.0.0.1:9"]]), 'INTERNAL invalid target "127.0.0.1:9"');
  });

  test("8: everything else is local, an empty node too", () => {
    assert.deepEqual(routed([["runtime", "Talos"]]), LOCAL);
    assert.deepEqual(routed([["node", ""]]), LOCAL);
  });
});
