import { hostname } from "node:os";
import type { JoinTokens } from "../../authority/enrolment/join-tokens.ts";
import type { Overlap } from "../../authority/generations.ts";
import { durationMs } from "../../config/duration.ts";
import type { Config } from "../../config/schema.ts";
import type { NodeAccess } from "../../services/nodes/node-access.ts";
import type { DaemonAuthority } from "./daemon-authority.ts";
import { nodeEndpoints } from "./node-endpoints.ts";

export interface NodeAccessSources {
  readonly authority: DaemonAuthority;
  /** Undefined while machines cannot enrol. */
  readonly joinTokens: JoinTokens | undefined;
  /** Of the node API; undefined while it is off. */
  readonly nodeApi: string | undefined;
}

/** What of the configuration matters here. */
export interface NodeAccessConfig {
  readonly listen: Pick<Config["listen"], "nodeApi" | "enrol">;
  readonly authority: Pick<
    Config["authority"],
    "personLifetime" | "machineLifetime" | "daemonLifetime" | "names"
  >;
}

/** Access to machines as the REST operations give it; undefined while nothing of it is on. */
export function daemonNodeAccess(
  { listen, authority: options }: NodeAccessConfig,
  { authority, joinTokens, nodeApi }: NodeAccessSources,
): NodeAccess | undefined {
  if (listen.nodeApi === "off" && listen.enrol === "off") return undefined;
  const maxValidMs = durationMs(options.personLifetime);
  const others = Math.max(durationMs(options.machineLifetime), durationMs(options.daemonLifetime));
  // Machines hear of a root when they renew; the old one stays as long as anything it signed.
  const overlap: Overlap = { announceMs: others, retireMs: Math.max(others, maxValidMs) };
  return {
    maxValidMs,
    endpoints: nodeEndpoints({
      listen: listen.nodeApi,
      bound: nodeApi,
      names: options.names,
      hostname: hostname(),
    }),
    certify: async ({ validMs = maxValidMs, ...order }) => {
      const { issuePersonCertificate } = await import("../../authority/person-certificate.ts");
      const opened = await authority();
      const issued = await issuePersonCertificate(opened, { ...order, validMs });
      return { ...issued, caPem: opened.certificatePem };
    },
    joinTokens,
    state: async () => {
      const { pin, generations } = await authority();
      return { pin, generations };
    },
    rotate: async () => (await authority()).rotate(overlap),
  };
}
