import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Architecture } from "./flavor.ts";
import { checkImageFits } from "./image-compatibility.ts";

const GB = 1_000_000_000;
const GIB = 1 << 30;
const IMAGE = { architecture: "x86_64", virtualization: "virtualized", virtualBytes: 20 * GB };
const FLAVOR = { architecture: "x86_64" as Architecture, baremetal: false, diskBytes: 20 * GB };

describe("checkImageFits", () => {
  const cases = [
    ["equal", {}, {}, true],
    ["another architecture", { architecture: "aarch64" }, {}, false],
    ["an image without an architecture", { architecture: "" }, {}, true],
    ["20 GiB do not fit into 20 GB", { virtualBytes: 20 * GIB }, {}, false],
    ["one byte too many", { virtualBytes: 20 * GB + 1 }, {}, false],
    ["virtualization left empty", { virtualization: "" }, {}, true],
    ["any on bare metal", { virtualization: "any" }, { baremetal: true }, true],
    ["any on a virtual flavor", { virtualization: "any" }, {}, true],
    ["bare metal image, bare metal", { virtualization: "baremetal" }, { baremetal: true }, true],
    ["bare metal image, virtual", { virtualization: "baremetal" }, {}, false],
    ["virtual image, bare metal", {}, { baremetal: true }, false],
    ["a word that nobody knows", { virtualization: "quantum" }, {}, false],
  ] as const;
  for (const [name, image, flavor, fits] of cases) {
    it(`${name}: ${fits ? "fits" : "is refused"}`, () => {
      const result = checkImageFits({ ...IMAGE, ...image }, { ...FLAVOR, ...flavor });
      assert.equal(result.ok, fits);
    });
  }

  it("names the first fault: architecture before disk before virtualization", () => {
    const all = checkImageFits(
      { architecture: "aarch64", virtualization: "baremetal", virtualBytes: 30 * GB },
      FLAVOR,
    );
    assert(!all.ok && all.error.includes("aarch64"));
    const two = checkImageFits(
      { architecture: "", virtualization: "baremetal", virtualBytes: 30 * GB },
      FLAVOR,
    );
    assert(!two.ok && two.error.includes("disk"));
  });
});
