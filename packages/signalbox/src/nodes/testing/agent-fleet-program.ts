// Agents in a process of their own. Told what each is called and shows, it answers their addresses;
// it ends when whoever started it does.
import type { TlsIdentity } from "../../credentials/tls-identity.ts";
import { TestAgent } from "./test-agent.ts";

/** One agent that is wanted. */
export interface FleetMember {
  readonly name: string;
  readonly identity: TlsIdentity;
}

process.on("disconnect", () => process.exit(0));
process.once("message", (members: readonly FleetMember[]) => void start(members));

async function start(members: readonly FleetMember[]): Promise<void> {
  const agents = await Promise.all(
    members.map(({ name, identity }) => TestAgent.start(name, identity)),
  );
  process.send?.(agents.map(({ address }) => address));
}
