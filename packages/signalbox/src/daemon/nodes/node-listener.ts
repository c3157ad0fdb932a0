import type { ListenAddress, ListenOptions } from "@signalbox/grpc";
import { Health } from "@signalbox/grpc";
import { feedGrpcHealth } from "@signalbox/ops/grpc";
import { RotatingCertificate } from "../../authority/rotating-certificate.ts";
import { durationMs } from "../../config/duration.ts";
import { IMPERSONATOR } from "../../node-api/node-role.ts";
import { AccessLog } from "../../nodes/access-log.ts";
import { AllowedAddresses } from "../../nodes/allowed-addresses.ts";
import type { NodeReach } from "../../nodes/node.ts";
import { NodeApiServer } from "../../nodes/node-api-server.ts";
import { directoryOf } from "../../nodes/node-directory.ts";
import type { Assembly } from "../assembly.ts";
import type { RegionSet } from "../region-set.ts";
import { logLine, writeTo } from "./access-lines.ts";
import { listenerNames } from "./listener-names.ts";
import type { NodeSources } from "./start-nodes.ts";

export interface NodeListenerOptions extends NodeSources {
  /** Host of the listener's address. */
  readonly listensAt: string;
}

/** The listener of the node API, put together. */
export interface NodeListener {
  listen(address: ListenOptions): Promise<ListenAddress>;
  statistics(): unknown;
  close(graceMs: number): Promise<void>;
}

const STANDARD_ERROR = 2;
/** What gRPC's health service speaks of here. */
const NEEDS = ["store", "node-api"];
const DAEMON = "signalbox";

export async function createNodeListener(
  assembly: Assembly,
  { store, regions, audit, authority: openAuthority, listensAt }: NodeListenerOptions,
): Promise<NodeListener> {
  const { config, clock, random, log, metrics } = assembly;
  const authority = await openAuthority();
  const validMs = durationMs(config.authority.daemonLifetime);
  const plain = {
    commonName: DAEMON,
    organizations: [],
    names: [],
    addresses: [],
    uris: [],
    validMs,
  };
  const server = await RotatingCertificate.start(
    () => ({ ...plain, ...listenerNames(listensAt, config.authority.names), usage: "server" }),
    { authority, clock, log },
  );
  const client = await RotatingCertificate.start(
    () => ({ ...plain, organizations: [IMPERSONATOR], usage: "client" }),
    { authority, clock, log },
  );
  const health = new Health();
  const write = writeTo(STANDARD_ERROR);
  const accessLog = new AccessLog({ write, onDropped: () => api.accessLineDropped() });
  const api = new NodeApiServer({
    credentials: { server, client },
    directory: directoryOf(store),
    reach: reachBy(regions),
    allowed: new AllowedAddresses(config.node.allow),
    maxNodes: config.node.maxTargets,
    dropsDuplicates: config.node.duplicates === "drop",
    proxyLimits: { connectBudgetMs: durationMs(config.node.connectTimeout) },
    health,
    audit,
    writeAccessLine: (line) => {
      const text = logLine(line, { clock, log });
      if (text !== undefined) accessLog.add(text);
    },
    clock,
    random,
    log,
    metrics,
  });
  const stop = new AbortController();
  const feeding = feedGrpcHealth(assembly.health, health, {
    clock,
    services: { "machine.MachineService": NEEDS },
    signal: stop.signal,
  });
  return {
    listen: (address) => api.listen(address),
    statistics: () => ({ ...api.held, ...api.channels }),
    close: async (graceMs) => {
      server.close();
      client.close();
      await api.close(graceMs);
      stop.abort();
      await feeding;
    },
  };
}

/** The provider of a machine's region knows where its agent listens. */
function reachBy({ providers }: RegionSet): NodeReach {
  return ({ regionId, serverId }) => providers.get(regionId)?.agentAddress?.(serverId);
}
