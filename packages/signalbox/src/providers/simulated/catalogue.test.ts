import assert from "node:assert/strict";
import { it } from "node:test";
import { SIMULATED_EXTERNAL_NETWORKS, SIMULATED_FLAVORS, SIMULATED_IMAGES } from "./catalogue.ts";

// The numbers are those of compute-api §5.2.

it("offers the flavors that clients know", () => {
  assert.deepEqual(
    SIMULATED_FLAVORS.map((f) => [
      f.id.slice(0, 8),
      f.name,
      f.cpus,
      f.memoryBytes / 2 ** 30,
      // The API shows decimal gigabytes: 100 GiB reads as 107.
      Math.floor(f.diskBytes / 1e9),
      f.cpuFamily,
      f.gpu,
    ]),
    [
      ["11111111", "sim-standard-4", 4, 8, 107, "Simulated CPU", undefined],
      [
        "22222222",
        "sim-gpu-8",
        8,
        16,
        214,
        "Simulated CPU",
        { vendor: "NVIDIA", model: "L4", memoryGib: 16, physicalCount: 1, logicalCount: 1 },
      ],
    ],
  );
});

it("offers the images that clients know", () => {
  assert.deepEqual(
    SIMULATED_IMAGES.map((i) => [
      i.id.slice(0, 8),
      i.name,
      i.virtualBytes / 2 ** 30,
      i.spec.virtualization,
      i.spec.softwareVersions,
      i.spec.gpu,
    ]),
    [
      ["33333333", "ubuntu-24.04-amd64", 20, "virtualized", { kubernetes: "v1.31.0" }, undefined],
      [
        "44444444",
        "ubuntu-24.04-gpu-amd64",
        30,
        "virtualized",
        undefined,
        { vendor: "NVIDIA", driver: "550.54.15", models: ["L4"] },
      ],
    ],
  );
  for (const { spec, createdAtMs } of SIMULATED_IMAGES) {
    assert.equal(createdAtMs, 1_742_000_000_000);
    assert.deepEqual(
      [spec.os.family, spec.os.distro, spec.os.codename, spec.os.version],
      ["debian", "ubuntu", "noble", "24.04"],
    );
  }
});

it("offers the external networks that clients know", () => {
  assert.deepEqual(SIMULATED_EXTERNAL_NETWORKS, [
    { id: "55555555-5555-5555-5555-555555555555", name: "sim-public" },
    { id: "66666666-6666-6666-6666-666666666666", name: "sim-public-secondary" },
  ]);
});
