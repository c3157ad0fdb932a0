import { Health, type ListenAddress, type ListenOptions } from "@signalbox/grpc";
import { feedGrpcHealth } from "@signalbox/ops/grpc";
import {
  RotatingCertificate,
  type RotatingCertificateDeps,
} from "../../authority/rotating-certificate.ts";
import { durationMs } from "../../config/duration.ts";
import type { Config } from "../../config/schema.ts";
import { IMPERSONATOR } from "../../node-api/node-role.ts";
import type { WriteText } from "../../nodes/access-log.ts";
import { AllowedAddresses } from "../../nodes/allowed-addresses.ts";
import type { AgentAddressOf } from "../../nodes/node.ts";
import { NodeApiServer } from "../../nodes/node-api-server.ts";
import { directoryOf } from "../../nodes/node-directory.ts";
import type { Provider } from "../../providers/provider.ts";
import type { Assembly } from "../assembly.ts";
import { logLine, writeTo } from "./access-lines.ts";
import { listenerNames } from "./listener-names.ts";
import type { NodeSources } from "./start-nodes.ts";

/** What of the daemon it is put together from. */
export interface NodeListenerDeps
  extends Pick<Assembly, "clock" | "random" | "log" | "metrics" | "health"> {
  readonly config: Pick<Config, "node" | "authority">;
}

export interface NodeListenerOptions extends Omit<NodeSources, "regions"> {
  /** By region: what knows where the agents of its machines listen. */
  readonly providers: ReadonlyMap<string, Pick<Provider, "agentAddress">>;
  /** Host of the listener's address. */
  readonly listensAt: string;
  /** Takes the text of the access log. @default standard error, as the daemon's log */
  readonly writeText?: WriteText;
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
  { config, clock, random, log, metrics, health: registry }: NodeListenerDeps,
  options: NodeListenerOptions,
): Promise<NodeListener> {
  const { store, providers, audit, listensAt } = options;
  const { server, client } = await startCertificates(config.authority, listensAt, {
    authority: await options.authority(),
    clock,
    log,
  });
  const health = new Health();
  const api = new NodeApiServer({
    credentials: { server, client },
    directory: directoryOf(store),
    agentAddress: agentAddressBy(providers),
    allowed: new AllowedAddresses(config.node.allow),
    maxNodes: config.node.maxTargets,
    dropsDuplicates: config.node.duplicates === "drop",
    proxyLimits: { connectBudgetMs: durationMs(config.node.connectTimeout) },
    health,
    audit,
    writeText: options.writeText ?? writeTo(STANDARD_ERROR),
    formatAccessLine: (line) => logLine(line, { clock, log }),
    clock,
    random,
    log,
    metrics,
  });
  const stop = new AbortController();
  const feeding = feedGrpcHealth(registry, health, {
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

/** What it shows to callers, and to machines: there it speaks for others. */
async function startCertificates(
  { daemonLifetime, names }: Config["authority"],
  listensAt: string,
  deps: RotatingCertificateDeps,
): Promise<{ readonly server: RotatingCertificate; readonly client: RotatingCertificate }> {
  const plain = {
    commonName: DAEMON,
    organizations: [],
    names: [],
    addresses: [],
    uris: [],
    validMs: durationMs(daemonLifetime),
  };
  const server = await RotatingCertificate.start(
    () => ({ ...plain, ...listenerNames(listensAt, names), usage: "server" }),
    deps,
  );
  const client = await RotatingCertificate.start(
    () => ({ ...plain, organizations: [IMPERSONATOR], usage: "client" }),
    deps,
  );
  return { server, client };
}

/** The provider of a machine's region knows where its agent listens. */
function agentAddressBy(providers: NodeListenerOptions["providers"]): AgentAddressOf {
  return ({ regionId, serverId }) => providers.get(regionId)?.agentAddress?.(serverId);
}
