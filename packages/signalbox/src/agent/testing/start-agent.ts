import type { TestContext } from "node:test";
import { type Clock, silentLog, systemClock, systemRandom } from "@signalbox/base";
import type { NodeRig, TestMachine } from "../../nodes/testing/node-rig.ts";
import type { AgentRoots } from "../agent-deps.ts";
import { AgentServer } from "../agent-server.ts";
import { createAgentServices } from "../agent-services.ts";
import { MachineLife, type MachineLifeOptions } from "../machine-life.ts";

const VERSION = { tag: "1.2.3" };
const HOUR_MS = 3_600_000;

export interface StartAgentOptions extends MachineLifeOptions {
  readonly roots: AgentRoots;
  /** @default the system's */
  readonly clock?: Clock;
}

/** An agent that runs. */
export interface RunningAgent {
  readonly life: MachineLife;
  /** Ends it before the test is over; once. */
  readonly stop: () => Promise<void>;
}

/** Starts a real agent of a machine that the daemon's side knows, and says there where it is. */
export async function startAgent(
  t: TestContext,
  rig: NodeRig,
  { id, name }: TestMachine,
  { roots, clock = systemClock, ...options }: StartAgentOptions,
): Promise<RunningAgent> {
  const deps = { clock, random: systemRandom, log: silentLog };
  const { certificatePem: cert, keyPem: key = "" } = await rig.authority.issue({
    commonName: name,
    organizations: [],
    names: [id],
    addresses: [],
    uris: [],
    usage: "server",
    validMs: HOUR_MS,
  });
  const identity = { cert, key, ca: rig.authority.certificatePem };
  const life = new MachineLife({ ...deps, roots }, options);
  const server = new AgentServer({
    services: createAgentServices({ ...deps, roots }, { version: VERSION, life }),
    identity: { current: () => identity, onChange: () => () => {} },
    ...deps,
  });
  const { port } = await server.listen({ port: 0 });
  rig.reachAt(id, `127.0.0.1:${port}`);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= life.stop().then(() => server.close(1));
    return stopped;
  };
  t.after(stop);
  return { life, stop };
}
