import { describe, it } from "node:test";
import { describeAborts } from "./aborts.ts";
import { describeAdoption } from "./adoption.ts";
import { describeCapabilities } from "./capabilities.ts";
import { describeConsoles } from "./consoles.ts";
import type { Conform, ConformanceSubject } from "./harness.ts";
import { describeImages } from "./images.ts";
import { describeMachineDeath } from "./machine-death.ts";
import { describeMachineLife } from "./machine-life.ts";
import { describePower } from "./power.ts";

/**
 * What holds for every provider, tried through the interface alone. Waits end at a condition or at
 * the harness's deadline. Tests of what a flag denies take the place of those that need it.
 *
 * @example
 * ```ts
 * describeProviderConformance({
 *   name: "simulated",
 *   capabilities,
 *   create: () => createSimulatedHarness(),
 * });
 * ```
 */
export function describeProviderConformance(subject: ConformanceSubject): void {
  const { capabilities } = subject;
  const conform: Conform = (title, body) => {
    it(title, async (t) => {
      const harness = await subject.create();
      t.after(() => harness.dispose());
      await body(harness);
    });
  };
  describe(`provider conformance: ${subject.name}`, () => {
    describe("machines", () => describeMachineLife(conform));
    describe("power", () => describePower(conform, capabilities));
    describe("deaths", () => describeMachineDeath(conform));
    describe("consoles", () => describeConsoles(conform, capabilities));
    describe("images", () => describeImages(conform, capabilities));
    describe("giving up", () => describeAborts(conform));
    describe("capabilities", () => describeCapabilities(conform, capabilities));
    describe("restarts", () => describeAdoption(conform, capabilities));
  });
}
