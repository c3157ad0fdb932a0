import { hostname } from "node:os";
import type { Clock, Log, Random } from "@signalbox/base";
import type { AuditSink } from "@signalbox/http";
import {
  type AdminApi,
  createAdminApi,
  type HealthRegistry,
  type HttpListener,
  type ListenerTls,
  nodeHandler,
  type NodeHandler,
  startListener,
  StaticCluster,
} from "@signalbox/ops";
import type { ProfileSource } from "@signalbox/ops/profiling";
import { urlHost } from "../../config/listen-address.ts";
import { auditCalls } from "./audit-calls.ts";
import type { OpsIdentity } from "./ops-identity.ts";
import type { OpsRegistries } from "./ops-registries.ts";
import { refuseUnaudited } from "./refuse-unaudited.ts";

export interface OpsListenerDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly health: HealthRegistry;
  readonly registries: OpsRegistries;
  readonly audit: AuditSink;
  readonly identity: OpsIdentity;
  readonly profiles: ProfileSource;
  /** Texts of `/info`. */
  readonly info: Readonly<Record<string, string>>;
  /** Names of what has been started, in that order. */
  readonly components: () => readonly string[];
  /** Begins the stop of the daemon. */
  readonly stop: () => void;
}

export interface OpsListenerAddress {
  readonly host: string;
  readonly port: number;
  /** Absent: plain HTTP, for this machine alone. */
  readonly tls: (ListenerTls & { readonly requiresCertificate: true }) | undefined;
}

/** The realm that a browser shows beside its password prompt. */
const REALM = "signalbox";

/**
 * Listens for probes, scrapes and operators (docs/ops.md). Health and metrics are open to whoever
 * reaches the listener; the rest needs credentials, on loopback too.
 *
 * @throws the system's error when the address cannot be bound
 */
export async function startOpsListener(
  deps: OpsListenerDeps,
  address: OpsListenerAddress,
): Promise<HttpListener> {
  // Who the daemon is to others is known once it is bound.
  let handle: NodeHandler = (_, response) => void response.writeHead(503).end();
  const listener = await startListener((request, response) => handle(request, response), {
    clock: deps.clock,
    ...address,
  });
  handle = nodeHandler(adminApi(deps, `${urlHost(address.host)}:${listener.port}`));
  return listener;
}

function adminApi(deps: OpsListenerDeps, addr: string): AdminApi {
  const { clock, random, log, health, registries, audit, identity } = deps;
  const api = createAdminApi({
    clock,
    health,
    metrics: registries.registry,
    statistics: registries.statistics,
    access: { ...identity, realm: REALM },
    info: deps.info,
    components: deps.components,
    cluster: new StaticCluster({ clock, self: { id: hostname(), addr } }),
    log,
    drain: deps.stop,
    profiles: deps.profiles,
    onCall: auditCalls(audit, { clock, log, random }),
    onFault: (err) => log.error({ err }, "a call of the admin API failed"),
  });
  return refuseUnaudited(api, audit);
}
