import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GrpcError, Metadata, STATUS } from "@signalbox/grpc";
import { hasEnvelope } from "../node-api/method-facts.ts";
import { FORWARDING, type Route, routeCall, type RoutingFacts } from "./routing.ts";

const VERSION = "/machine.MachineService/Version";
const STATE = "/cosi.resource.State/Get";

function routed(
  fields: readonly (readonly [string, string])[],
  facts: Partial<RoutingFacts> = {},
  path = VERSION,
): Route | string {
  const metadata = Metadata.of(fields);
  try {
    return routeCall({ path, metadata, canFanOut: hasEnvelope(path) }, { ...FORWARDING, ...facts });
  } catch (error) {
    assert.ok(error instanceof GrpcError);
    const [code] = Object.entries(STATUS).find(([, value]) => value === error.code) ?? [];
    return `${code} ${error.message}`;
  }
}

const LOCAL: Route = { type: "local" };
const NO_REMOTE = { canForward: false, isLocal: (target: string) => target === "me" };

describe("routing (node-api §3.1), row by row", () => {
  test("1: disabled, all calls are local", () => {
    const off = { isEnabled: false };
    assert.deepEqual(routed([["node", "a"]], off), LOCAL);
    assert.deepEqual(
      routed(
        [
          ["nodes", "a"],
          ["node", "b"],
          ["node", "c"],
        ],
        off,
      ),
      LOCAL,
    );
    assert.deepEqual(routed([["nodes", "a"]], off, STATE), LOCAL);
  });

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

  test("4: this machine needs no forwarding", () => {
    assert.deepEqual(routed([["node", "me"]], NO_REMOTE), LOCAL);
    assert.deepEqual(routed([["nodes", "me"]], NO_REMOTE), LOCAL);
    assert.deepEqual(routed([["nodes", "me"]], NO_REMOTE, STATE), LOCAL);
    const refused = "PERMISSION_DENIED no request forwarding";
    assert.equal(
      routed(
        [
          ["nodes", "me"],
          ["nodes", "me"],
        ],
        NO_REMOTE,
      ),
      refused,
    );
    assert.equal(
      routed(
        [
          ["nodes", "me"],
          ["node", "a"],
        ],
        NO_REMOTE,
      ),
      refused,
    );
  });

  test("5: nodes of a method without the envelope", () => {
    const text = `INVALID_ARGUMENT one-2-many proxying is not supported for method ${STATE}`;
    assert.equal(routed([["nodes", "a"]], {}, STATE), text);
    assert.equal(
      routed(
        [
          ["nodes", "a"],
          ["node", "b"],
        ],
        {},
        STATE,
      ),
      text,
    );
    assert.equal(routed([["nodes", "a"]], NO_REMOTE, STATE), text);
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
    assert.equal(routed(nodes, NO_REMOTE), "PERMISSION_DENIED no request forwarding");
    assert.equal(
      routed([
        ["nodes", "a"],
        ["nodes", "b:1"],
      ]),
      'INTERNAL invalid target "b:1"',
    );
    assert.equal(routed([["nodes", ""]]), 'INTERNAL invalid target ""');
  });

  test("7: node, this machine too", () => {
    const one: Route = { type: "one", target: "a" };
    assert.deepEqual(routed([["node", "a"]]), one);
    assert.deepEqual(routed([["node", "a"]], {}, STATE), one);
    assert.deepEqual(routed([["node", "a"]], { isLocal: () => true }), one);
    assert.equal(routed([["node", "a"]], NO_REMOTE), "PERMISSION_DENIED no request forwarding");
    assert.equal(routed([["node", "127.0.0.1:9"]]), 'INTERNAL invalid target "127.0.0.1:9"');
  });

  test("8: everything else is local, an empty node too", () => {
    assert.deepEqual(routed([["runtime", "Talos"]]), LOCAL);
    assert.deepEqual(routed([["node", ""]]), LOCAL);
    assert.deepEqual(routed([["node", ""]], NO_REMOTE), LOCAL);
  });
});
