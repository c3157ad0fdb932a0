import type { AuditSink } from "@signalbox/http";
import type { Store } from "@signalbox/store";
import { type Assembly, graceMs } from "../assembly.ts";
import { bindPort, plannedAddress } from "../listener-plan.ts";
import { addLatch } from "../ops/latch-check.ts";
import type { JoinTokens } from "../../authority/enrolment/join-tokens.ts";
import type { NodeAccess } from "../../services/nodes/node-access.ts";
import type { DaemonAuthority } from "./daemon-authority.ts";
import { daemonNodeAccess } from "./daemon-node-access.ts";

/** What enrolment works on. */
export interface EnrolmentSources {
  readonly store: Store;
  readonly audit: AuditSink;
  readonly authority: DaemonAuthority;
  /** Address of the node API; undefined while it is off. */
  readonly nodeApi: string | undefined;
  /** Undefined while machines cannot enrol. */
  readonly joinTokens: JoinTokens | undefined;
}

/** How machines and people come to certificates. */
export interface StartedEnrolment {
  /** Address of the listener; undefined while it is off. */
  readonly enrol: string | undefined;
  readonly nodeAccess: NodeAccess | undefined;
}

/** Opens the enrolment listener, unless it is off, and access for people. */
export async function startEnrolment(
  assembly: Assembly,
  sources: EnrolmentSources,
): Promise<StartedEnrolment> {
  const enrol = await openListener(assembly, sources);
  return { enrol, nodeAccess: daemonNodeAccess(assembly.config, sources) };
}

async function openListener(
  assembly: Assembly,
  sources: EnrolmentSources,
): Promise<string | undefined> {
  const { config, parts, health, registries } = assembly;
  const address = plannedAddress(config.listen.enrol);
  if (address === undefined) return undefined;
  // Who does without it need not have its modules either.
  const { createDaemonEnrolment } = await import("./daemon-enrolment.ts");
  const listener = await createDaemonEnrolment(assembly, sources);
  parts.add("enrolment listener", () => listener.close(graceMs(config)));
  const listening = addLatch(health, "enrolment", "the listener is not open yet");
  const bound = await bindPort("enrol", address, (at) => listener.listen(at));
  listening.done();
  registries.statistics["enrolment"] = () => listener.held;
  return bound;
}
