import type { AuditSink } from "@signalbox/http";
import type { ProfileSource } from "@signalbox/ops/profiling";
import { createRoleCatalogue } from "../../services/identity/role-catalogue.ts";
import type { TokenSource } from "../../services/identity/token-source.ts";
import type { Assembly } from "../assembly.ts";
import { bindListener, needsTls, plannedAddress } from "../listener-plan.ts";
import { requireClientCa, type TlsTexts } from "../tls-files.ts";
import { createLazyProfiler } from "./lazy-profiler.ts";
import { createOpsIdentity } from "./ops-identity.ts";
import { startOpsListener } from "./ops-listener.ts";

/** Where operators reach the daemon; undefined for what is off. */
export interface OpsUrls {
  readonly ops: string | undefined;
  readonly profiling: string | undefined;
}

/** Opens the ops listener, and the profiling one where it is asked for. */
export async function startOps(
  assembly: Assembly,
  audit: AuditSink,
  tokens: TokenSource,
): Promise<OpsUrls> {
  const profiles = createLazyProfiler(assembly.clock);
  return {
    ops: await startAdmin(assembly, audit, tokens, profiles),
    profiling: await startProfiling(assembly, profiles),
  };
}

async function startAdmin(
  assembly: Assembly,
  audit: AuditSink,
  tokens: TokenSource,
  profiles: ProfileSource,
): Promise<string | undefined> {
  const { config, parts, version } = assembly;
  const address = plannedAddress(config.listen.ops);
  if (address === undefined) return undefined;
  const identity = createOpsIdentity(config, {
    ...assembly,
    tokens,
    roles: createRoleCatalogue(config.roles),
  });
  const mutual = (texts: TlsTexts | undefined) => ({
    ...requireClientCa("listen.ops", texts),
    requiresCertificate: true as const,
  });
  const tls = needsTls(address) ? mutual(assembly.tls.texts) : undefined;
  const deps = {
    ...assembly,
    audit,
    identity,
    profiles,
    info: { name: "signalbox", version },
    components: () => parts.names(),
  };
  return bindListener("ops", address, tls === undefined ? "http" : "https", async () => {
    const listener = await startOpsListener(deps, { ...address, tls });
    parts.add("ops listener", () => listener.close());
    if (tls !== undefined) assembly.tls.onChange((texts) => listener.renewTls(mutual(texts)));
    return listener;
  });
}

async function startProfiling(
  { config, clock, log, parts }: Assembly,
  profiles: ProfileSource,
): Promise<string | undefined> {
  const address = plannedAddress(config.listen.profiling);
  if (address === undefined) return undefined;
  const { startProfilingListener } = await import("@signalbox/ops/profiling");
  return bindListener("profiling", address, "http", async () => {
    const onFault = (err: unknown): void => log.error({ err }, "a profile could not be taken");
    const listener = await startProfilingListener({ ...address, clock, profiles, onFault });
    parts.add("profiling listener", () => listener.close());
    return listener;
  });
}
