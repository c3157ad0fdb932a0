import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { FleetMember } from "./agent-fleet-program.ts";

const PROGRAM = join(import.meta.dirname, "agent-fleet-program.ts");

/** Starts agents in one other process, until the test is over; answers their addresses. */
export async function startAgentFleet(
  t: TestContext,
  members: readonly FleetMember[],
): Promise<readonly string[]> {
  const child = fork(PROGRAM, { execArgv: ["--conditions=source"] });
  t.after(async () => {
    child.disconnect();
    await once(child, "exit");
  });
  child.send([...members]);
  const [addresses] = (await once(child, "message")) as [readonly string[]];
  return addresses;
}
