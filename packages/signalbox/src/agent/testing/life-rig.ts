import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type Clock, silentLog, systemRandom } from "@signalbox/base";
import type { Client } from "@signalbox/grpc";
import type { MachineService } from "#gen/machine/machine_pb.js";
import type { ConfigFault } from "../config/agent-config.ts";
import { machineMethods } from "../agent-services.ts";
import { MachineLife, type MachineLifeOptions } from "../machine-life.ts";
import { parseServices } from "../supervisor/parse-services.ts";
import { hastyClock } from "./hasty-clock.ts";
import { useMethods } from "./use-methods.ts";

const VERSION = { tag: "0.1.0" };

export interface LifeRig {
  readonly life: MachineLife;
  readonly client: Client<typeof MachineService>;
}

export interface LifeRigOptions extends Omit<MachineLifeOptions, "config"> {
  /** As in the configuration file. */
  readonly services?: readonly unknown[];
  readonly fault?: ConfigFault;
  readonly clock?: Clock;
}

/** What a machine's life answers to a client. */
export async function useLife(t: TestContext, options: LifeRigOptions = {}): Promise<LifeRig> {
  const { services = [], fault, clock = hastyClock, ...rest } = options;
  const specs = parseServices(services);
  assert.ok(specs.ok, JSON.stringify(specs));
  const roots = { proc: "/proc", sys: "/sys", root: "/" };
  const deps = { clock, random: systemRandom, log: silentLog, roots };
  const life = new MachineLife(deps, {
    ...rest,
    config: { services: specs.value, ...(fault === undefined ? {} : { fault }) },
  });
  // Before the server goes: what streams would keep it.
  t.after(() => life.stop());
  return { life, client: await useMethods(t, machineMethods(deps, { version: VERSION, life })) };
}
