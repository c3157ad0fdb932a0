import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@signalbox/base";
import fc from "fast-check";
import { serverId } from "./server-id.ts";
import { newResourceId } from "./uuid.ts";

const NETWORK = "aaaabbbb-1234-5678-9abc-def012345678";

describe("serverId", () => {
  // The vectors of compute-api §3.2; the last three need one, three and nine hashes more.
  for (const [name, id] of [
    ["db", "a573675a-1350-5a09-a5f7-dc8e8ffb16b0"],
    ["a", "aaf98443-4b3c-536b-b336-1b9e7114da44"],
    ["my-server", "c4bf555a-7990-5e41-8e0b-ad1f5c675408"],
    ["web-2", "c38a3a9d-417e-5dd4-afd3-1a449a8453f3"],
    ["web-1", "db094055-41cd-58cb-9b73-d99082a40812"],
  ] as const) {
    it(`of ${name} is the vector's`, () => assert.equal(serverId(NETWORK, name), id));
  }

  it("starts with a letter and differs between networks", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.string(), (one, other, name) => {
        fc.pre(one !== other);
        const id = serverId(one, name);
        assert.match(
          id,
          /^[a-f][0-9a-f]{7}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
        assert.notEqual(id, serverId(other, name));
      }),
      { seed: 3 },
    );
  });
});

describe("newResourceId", () => {
  it("starts with a letter", () => {
    const random = seededRandom(5);
    for (let round = 0; round < 50; round++) assert.match(newResourceId(random), /^[a-f]/);
  });
});
