import type { TestContext } from "node:test";
import type { EncodedResource } from "@signalbox/envoy-api";
import { createGrpcServer, Router } from "@signalbox/grpc";
import {
  type DeltaAnswer,
  LinearCache,
  MuxCache,
  type Refusal,
  Resource,
  RESOURCE_TYPES,
  Snapshot,
  SnapshotCache,
  type SotwAnswer,
  TYPE_URLS,
  XdsServer,
  type XdsServerOptions,
} from "@signalbox/xds";
import { ClientStatusService } from "@signalbox/xds/client-status";
import { type ClusterStats, LoadReporting } from "@signalbox/xds/load-report";
import { createRestHandler } from "@signalbox/xds/rest";
import { registry } from "./registry.ts";

/** Every node of the tests belongs to one group. */
const GROUP = "all";

/** A resource as the server has it. */
export interface ServedResource extends EncodedResource {
  /** What a client may call it besides its name. */
  readonly aliases?: readonly string[];
  readonly ttlMs?: number;
}

export interface ManagementServerOptions
  extends Omit<Partial<XdsServerOptions>, "cache" | "callbacks"> {
  /** Endpoints come out of a linear cache of their own, the rest out of snapshots. @default false */
  readonly hasLinearEndpoints?: boolean;
}

/** A load report as it came in. */
export interface LoadReport {
  readonly nodeId: string;
  readonly clusters: readonly ClusterStats[];
}

/** What clients told the server, in order. */
interface Heard {
  readonly refusals: Refusal[];
  readonly loadReports: LoadReport[];
  readonly answers: (readonly string[])[];
  readonly heartbeats: string[];
}

interface Caches {
  readonly snapshots: SnapshotCache;
  /** Undefined where endpoints are in the snapshots. */
  readonly endpoints: LinearCache | undefined;
}

/** The parts of a client status that the tests use, by their names in JSON. */
export interface ResourceState {
  readonly type_url: string;
  readonly name: string;
  readonly config_status: string;
}

interface ClientStatusJson {
  readonly config: readonly { readonly generic_xds_configs?: readonly ResourceState[] }[];
}

const LOAD_INTERVAL_MS = 500;
/** By default a server goes on without the word of an Envoy that is held up for 5 s. */
export const ACK_TIMEOUT_MS = 60_000;

/**
 * A management server on loopback, for one test: every type, over gRPC and REST, loads and client
 * status.
 */
export class ManagementServer {
  readonly port: number;
  readonly #caches: Caches;
  readonly #heard: Heard;
  readonly #stop: () => Promise<void>;

  private constructor(port: number, caches: Caches, heard: Heard, stop: () => Promise<void>) {
    this.port = port;
    this.#caches = caches;
    this.#heard = heard;
    this.#stop = stop;
  }

  /** Serves until the test ends. @param options of the server, besides what is watched here */
  static async start(
    t: TestContext,
    { hasLinearEndpoints = false, ...options }: ManagementServerOptions = {},
  ): Promise<ManagementServer> {
    const snapshots = new SnapshotCache({ groupOf: () => GROUP });
    const endpoints = hasLinearEndpoints ? new LinearCache(TYPE_URLS.endpoint) : undefined;
    const heard: Heard = { refusals: [], loadReports: [], answers: [], heartbeats: [] };
    const xds = new XdsServer({
      cache:
        endpoints === undefined
          ? snapshots
          : MuxCache.byType({ [endpoints.typeUrl]: endpoints }, snapshots),
      ordering: "makeBeforeBreak",
      ackTimeoutMs: ACK_TIMEOUT_MS,
      ...options,
      callbacks: {
        onNack: (_stream, refusal) => void heard.refusals.push(refusal),
        onResponse: (_stream, { answer }) => {
          heard.answers.push(answer.resources.map(({ name }) => name));
          heard.heartbeats.push(...heartbeatsOf(answer as SotwAnswer | DeltaAnswer));
        },
      },
    });
    const loads = new LoadReporting({
      policy: () => ({ intervalMs: LOAD_INTERVAL_MS, clusters: "all" }),
      onLoadReport: ({ id }, clusters) => void heard.loadReports.push({ nodeId: id, clusters }),
    });
    const clientStatus = new ClientStatusService({ xds });
    const services = [...xds.services, ...loads.services, ...clientStatus.services];
    const server = createGrpcServer({
      router: new Router({ services }),
      http1: createRestHandler({ xds, registry, clientStatus }),
    });
    const { port } = await server.listen({ port: 0 });
    const stop = async (): Promise<void> => {
      await server.close();
      await xds.close();
      loads.close();
    };
    t.after(stop);
    return new ManagementServer(port, { snapshots, endpoints }, heard, stop);
  }

  /** As the end of the test does. Idempotent. */
  stop(): Promise<void> {
    return this.#stop();
  }

  /** What clients refused. */
  get refusals(): readonly Refusal[] {
    return this.#heard.refusals;
  }

  get loadReports(): readonly LoadReport[] {
    return this.#heard.loadReports;
  }

  /** Names of the resources in each answer over gRPC. */
  get answers(): readonly (readonly string[])[] {
    return this.#heard.answers;
  }

  /** Names of resources that were sent without their content, in order. */
  get heartbeats(): readonly string[] {
    return this.#heard.heartbeats;
  }

  /** Makes these all that there is. @param version sent literally, where it is given */
  set(resources: readonly ServedResource[], version?: string): void {
    const { snapshots, endpoints } = this.#caches;
    const isApart = ({ typeUrl }: ServedResource): boolean => typeUrl === endpoints?.typeUrl;
    endpoints?.setAll(resources.filter(isApart).map((of) => new Resource(of)));
    const others = resources.filter((of) => !isApart(of));
    snapshots.setSnapshot(GROUP, snapshotOf(others, version));
  }

  /** What the server says of its clients, over REST. */
  async clientStatus(): Promise<readonly ResourceState[]> {
    const response = await fetch(`http://127.0.0.1:${this.port}/v3/discovery:client_status`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    const { config } = (await response.json()) as ClientStatusJson;
    return config.flatMap(({ generic_xds_configs: states = [] }) => states);
  }

  /** The version that `config_dump` shows of the types of state-of-the-world clients. */
  version(typeUrl: string): string | undefined {
    return this.#caches.snapshots.getSnapshot(GROUP)?.version(typeUrl);
  }

  /** The version of one resource, which incremental clients are told. */
  resourceVersion(typeUrl: string, name: string): string | undefined {
    return this.#caches.snapshots.getSnapshot(GROUP)?.get(typeUrl, name)?.version;
  }
}

function heartbeatsOf({ heartbeats }: SotwAnswer | DeltaAnswer): readonly string[] {
  return [...heartbeats].map((of) => (typeof of === "string" ? of : of.name));
}

/** Requests to a cluster that went well, over all reports. */
export function successfulRequests(reports: readonly LoadReport[], cluster: string): number {
  return reports
    .flatMap(({ clusters }) => clusters)
    .filter(({ clusterName }) => clusterName === cluster)
    .flatMap(({ upstreamLocalityStats }) => upstreamLocalityStats)
    .reduce((sum, { totalSuccessfulRequests }) => sum + Number(totalSuccessfulRequests), 0);
}

/** Types without a resource are known to be empty: what was there before goes. */
export function snapshotOf(resources: readonly ServedResource[], version?: string): Snapshot {
  const types = RESOURCE_TYPES.map(({ typeUrl }) => typeUrl);
  return Snapshot.of(
    resources.map((of) => new Resource(of)),
    { types, ...(version === undefined ? {} : { version }) },
  );
}
