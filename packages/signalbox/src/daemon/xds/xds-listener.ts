import type { Clock, Log, Metrics, Random } from "@signalbox/base";
import {
  createGrpcServer,
  type GrpcServerOptions,
  Health,
  Router,
  type TlsMaterial,
} from "@signalbox/grpc";
import type { HealthRegistry } from "@signalbox/ops";
import { feedGrpcHealth } from "@signalbox/ops/grpc";
import type { Store } from "@signalbox/store";
import type { RegionReaches } from "../../traffic/endpoints/server-endpoint.ts";
import { LoadLog } from "../../traffic/load-log.ts";
import type { XdsClients } from "../../traffic/xds-clients.ts";
import { XdsFeed } from "../../traffic/xds-feed.ts";
import type { TlsTexts } from "../tls-files.ts";
import { createFurtherServices } from "./further-services.ts";
import { lazyRestHandler } from "./lazy-rest-handler.ts";
import { ANY_IDENTITY, certificateIdentity, type NodeIdentity } from "./node-identity.ts";
import { createResourceServer, type ResourceServer } from "./resource-server.ts";

export interface XdsListenerOptions {
  readonly store: Store;
  readonly reaches: RegionReaches;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What gRPC's health service speaks of, as HTTP's readiness does. */
  readonly health: HealthRegistry;
  /** Mutual TLS; absent: plain, for this machine alone. */
  readonly tls?: MutualTls | undefined;
  /** What a stop gives calls to end, beside streams, which are ended at once. */
  readonly graceMs: number;
  readonly version: string;
}

/** The readiness checks without which this listener has nothing to serve. */
const XDS_NEEDS = ["store", "xds"];
/** Whoever connects to a daemon that says it is ready is to find it serving. Checks are cached. */
const HEALTH_INTERVAL_MS = 500;

/** Proxies behind one translation of addresses share it; who makes no handshake has no more. */
const MAX_PER_ADDRESS = 2_000;

type MutualTls = TlsTexts & { readonly clientCa: string };

/** The management server of the daemon: what the store holds of xDS, served. */
export interface XdsListener {
  readonly clients: XdsClients;
  /** Serves what the store holds, then listens. */
  listen(address: { readonly host: string; readonly port: number }): Promise<{
    readonly port: number;
  }>;
  /** New handshakes are made with these; streams that run go on. @throws Error for bad ones */
  setTls(tls: MutualTls): void;
  /** Tells clients to go elsewhere and waits until they have gone. */
  close(): Promise<void>;
}

/** Makes a listener that follows the store from now on. */
export function createXdsListener(options: XdsListenerOptions): XdsListener {
  const { clock, random, log, metrics, version, tls, graceMs } = options;
  const shared = { clock, log, metrics };
  const identity: NodeIdentity = tls === undefined ? ANY_IDENTITY : certificateIdentity();
  const resources = createResourceServer({ identity, version, ...shared });
  const { xds, claims, refusals } = resources;
  const loads = new LoadLog();
  const further = createFurtherServices({ xds, identity, loads, ...shared });
  const grpcHealth = new Health();
  const others = [...further.services, grpcHealth.service];
  const server = createGrpcServer({
    router: new Router({ services: [...xds.services, ...others] }),
    http1: lazyRestHandler({ xds, clientStatus: further.clientStatus, log }),
    random,
    ...shared,
    ...mutualTls(tls),
  });
  const feeds = startFeeds(options, resources, grpcHealth);
  return {
    clients: {
      connected: () => xds.clients(),
      groupOf: (node) => claims.groupOf(node),
      refusals: () => refusals.all(),
      loads: () => loads.all(),
    },
    listen: async (address) => {
      await feeds.loaded;
      return server.listen(address);
    },
    setTls: (next) => server.setTls(material(next)),
    close: async () => {
      grpcHealth.shutDown();
      const draining = server.drain(graceMs);
      await further.close();
      await xds.close();
      await draining;
      await feeds.stop();
    },
  };
}

interface Feeds {
  /** Settles when what the store holds is served; rejects when a feed failed before. */
  readonly loaded: Promise<unknown>;
  stop(): Promise<void>;
}

/** What is served follows the store; what gRPC's health service says, the daemon's readiness. */
function startFeeds(
  { store, reaches, clock, log, metrics, health }: XdsListenerOptions,
  { xds, cache, claims }: ResourceServer,
  grpcHealth: Health,
): Feeds {
  const stopping = new AbortController();
  const { signal } = stopping;
  const feed = new XdsFeed({
    store,
    cache,
    claims,
    reaches,
    clock,
    log,
    metrics,
    loadEncoder: async () =>
      (await import("../../traffic/endpoints/encode-assignment.ts")).encodeAssignment,
  });
  const services = Object.fromEntries(xds.services.map(({ name }) => [name, XDS_NEEDS]));
  const ofHealth = { clock, services, intervalMs: HEALTH_INTERVAL_MS, signal };
  const running = Promise.all([feed.run(signal), feedGrpcHealth(health, grpcHealth, ofHealth)]);
  return {
    loaded: Promise.race([feed.loaded, running]),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Callers from other machines show certificates, and share addresses. */
function mutualTls(tls: MutualTls | undefined): Pick<GrpcServerOptions, "tls" | "limits"> {
  if (tls === undefined) return {};
  return {
    tls: { ...material(tls), clientCertificates: "required" },
    limits: { maxConnectionsPerAddress: MAX_PER_ADDRESS },
  };
}

function material({ certificate, key, clientCa }: MutualTls): TlsMaterial {
  return { cert: certificate, key, ca: clientCa };
}
