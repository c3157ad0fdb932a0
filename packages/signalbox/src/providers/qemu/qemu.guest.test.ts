import { describe } from "node:test";
import { describeProviderConformance } from "../conformance/provider-conformance.ts";
import { QEMU_CAPABILITIES } from "./qemu-capabilities.ts";
import { MACHINE_TEST } from "./testing/provider-place.ts";
import { createQemuHarness } from "./testing/qemu-harness.ts";

describe("qemu", MACHINE_TEST, () => {
  describeProviderConformance({
    name: "qemu",
    capabilities: QEMU_CAPABILITIES,
    create: () => createQemuHarness(),
  });
});
