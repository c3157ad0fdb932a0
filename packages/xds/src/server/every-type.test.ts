import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { SnapshotCache } from "../cache/snapshot-cache.ts";
import { Snapshot } from "../cache/snapshot.ts";
import { AGGREGATED_SERVICE, RESOURCE_TYPES } from "../resource/resource-types.ts";
import { readDeltaAnswer, readSotwAnswer, testResource } from "../stream/testing/answers.ts";
import { MemoryCall } from "./testing/memory-call.ts";
import { XdsServer } from "./xds-server.ts";

/** No type of ours: it is served like the others, on aggregated streams. */
const CUSTOM = "type.googleapis.com/example.custom.v1.Thing";

/** A group of all nodes that holds one resource, of this type. */
function serve(typeUrl: string) {
  const cache = new SnapshotCache({ groupOf: () => "all" });
  cache.setSnapshot("all", Snapshot.of([testResource(typeUrl, "x", "content")]));
  const turns: (() => void)[] = [];
  const soon = (callback: () => void): void => void turns.push(callback);
  const server = new XdsServer({ cache, clock: new VirtualClock(), soon });
  const turn = (): void => {
    for (let next = turns.shift(); next !== undefined; next = turns.shift()) next();
  };
  const open = (service: string, method: string) => new MemoryCall(server, service, method);
  return { server, open, turn };
}

type Served = ReturnType<typeof serve>;

function assertSotw({ open, turn }: Served, service: string, method: string, typeUrl = ""): string {
  const call = open(service, method);
  call.sotw({ typeUrl, resourceNames: ["x"] });
  turn();
  const answer = readSotwAnswer(call.read() ?? assert.fail("no answer"));
  assert.equal(answer.resources[0]?.content, "content");
  return answer.typeUrl;
}

function assertDelta(
  { open, turn }: Served,
  service: string,
  method: string,
  typeUrl = "",
): string {
  const call = open(service, method);
  call.delta({ typeUrl, resourceNamesSubscribe: ["x"] });
  turn();
  const answer = readDeltaAnswer(call.read() ?? assert.fail("no answer"));
  assert.deepEqual(
    answer.resources.map(({ name, content }) => [name, content]),
    [["x", "content"]],
  );
  return answer.typeUrl;
}

describe("every type is served by every method that it has (xds §1.1)", () => {
  for (const { name, typeUrl, service, sotwMethod, deltaMethod, fetchMethod } of RESOURCE_TYPES) {
    it(name, async () => {
      const served = serve(typeUrl);
      if (sotwMethod !== undefined) assert.equal(assertSotw(served, service, sotwMethod), typeUrl);
      if (deltaMethod !== undefined) {
        assert.equal(assertDelta(served, service, deltaMethod), typeUrl);
      }
      if (fetchMethod !== undefined) {
        const call = served.open(service, fetchMethod);
        call.sotw({ resourceNames: ["x"] });
        call.halfClose();
        await new Promise((resolve) => setImmediate(resolve));
        const answer = readSotwAnswer(call.read() ?? assert.fail("no answer"));
        assert.deepEqual([answer.typeUrl, answer.resources.length], [typeUrl, 1]);
      }
      await served.server.close();
    });
  }

  for (const typeUrl of [...RESOURCE_TYPES.map((type) => type.typeUrl), CUSTOM]) {
    it(`aggregated: ${typeUrl}`, async () => {
      const served = serve(typeUrl);
      const { service, sotwMethod, deltaMethod } = AGGREGATED_SERVICE;
      assert.equal(assertSotw(served, service, sotwMethod, typeUrl), typeUrl);
      assert.equal(assertDelta(served, service, deltaMethod, typeUrl), typeUrl);
      await served.server.close();
    });
  }
});
