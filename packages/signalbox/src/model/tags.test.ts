import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { imageTags, withoutImageTags, writtenTags } from "./tags.ts";

const own = { name: "a", value: "b" };
const reserved = { name: "compute.unikorn-cloud.org:owner", value: "x" };

describe("writtenTags", () => {
  it("keeps a service's tags when a tenant leaves them out, and takes them unchanged", () => {
    const expected = { ok: true, value: [own, reserved] };
    assert.deepEqual(writtenTags([own], [reserved], false), expected);
    assert.deepEqual(writtenTags([own, reserved], [reserved], false), expected);
    assert.deepEqual(writtenTags(undefined, [own, reserved], false), {
      ok: true,
      value: [reserved],
    });
  });

  it("refuses a tenant's own and changed ones, and takes a service's", () => {
    assert.equal(writtenTags([reserved], [], false).ok, false);
    assert.equal(writtenTags([{ ...reserved, value: "y" }], [reserved], false).ok, false);
    assert.deepEqual(writtenTags([reserved], [], true), { ok: true, value: [reserved] });
    assert.deepEqual(writtenTags(undefined, [reserved], true), { ok: true, value: [] });
  });

  it("reserves names with a colon alone", () => {
    const slash = { name: "compute.unikorn-cloud.org/instance-id", value: "x" };
    assert.deepEqual(writtenTags([slash], [], false), { ok: true, value: [slash] });
  });
});

describe("image tags", () => {
  it("are the service's alone", () => {
    const lie = { name: "images.unikorn-cloud.org:source", value: "import" };
    assert.deepEqual(withoutImageTags([lie, own]), [own]);
    assert.deepEqual(imageTags("snapshot", "o"), [
      { name: "images.unikorn-cloud.org:source", value: "snapshot" },
      { name: "images.unikorn-cloud.org:organization-id", value: "o" },
    ]);
  });
});
