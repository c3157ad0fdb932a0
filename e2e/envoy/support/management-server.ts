import type { TestContext } from "node:test";
import type { EncodedResource } from "@signalbox/envoy-api";
import { createGrpcServer, Router } from "@signalbox/grpc";
import {
  type Refusal,
  Resource,
  RESOURCE_TYPES,
  Snapshot,
  SnapshotCache,
  XdsServer,
  type XdsServerOptions,
} from "@signalbox/xds";
import { type ClusterStats, LoadReporting } from "@signalbox/xds/load-report";
import { createRestHandler } from "@signalbox/xds/rest";
import { registry } from "./registry.ts";

/** Every node of the tests belongs to one group. */
const GROUP = "all";

/** A resource, and what a client may call it besides its name. */
export interface ServedResource extends EncodedResource {
  readonly aliases?: readonly string[];
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
}

const LOAD_INTERVAL_MS = 500;

/** A management server on loopback, for one test: every type, over gRPC and REST, and loads. */
export class ManagementServer {
  readonly port: number;
  readonly #cache: SnapshotCache;
  readonly #heard: Heard;

  private constructor(port: number, cache: SnapshotCache, heard: Heard) {
    this.port = port;
    this.#cache = cache;
    this.#heard = heard;
  }

  /** Serves until the test ends. @param options of the server, besides what is watched here */
  static async start(
    t: TestContext,
    options: Omit<Partial<XdsServerOptions>, "cache" | "callbacks"> = {},
  ): Promise<ManagementServer> {
    const cache = new SnapshotCache({ groupOf: () => GROUP });
    const heard: Heard = { refusals: [], loadReports: [], answers: [] };
    const xds = new XdsServer({
      cache,
      ordering: "makeBeforeBreak",
      ...options,
      callbacks: {
        onNack: (_stream, refusal) => void heard.refusals.push(refusal),
        onResponse: (_stream, { answer }) =>
          void heard.answers.push(answer.resources.map(({ name }) => name)),
      },
    });
    const loads = new LoadReporting({
      policy: () => ({ intervalMs: LOAD_INTERVAL_MS, clusters: "all" }),
      onLoadReport: ({ id }, clusters) => void heard.loadReports.push({ nodeId: id, clusters }),
    });
    const server = createGrpcServer({
      router: new Router({ services: [...xds.services, ...loads.services] }),
      http1: createRestHandler({ xds, registry }),
    });
    const { port } = await server.listen({ port: 0 });
    t.after(async () => {
      await server.close();
      await xds.close();
      loads.close();
    });
    return new ManagementServer(port, cache, heard);
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

  /** Makes these all that there is. @param version sent literally, where it is given */
  set(resources: readonly ServedResource[], version?: string): void {
    this.#cache.setSnapshot(GROUP, snapshotOf(resources, version));
  }

  /** The version that `config_dump` shows of the types of state-of-the-world clients. */
  version(typeUrl: string): string | undefined {
    return this.#cache.getSnapshot(GROUP)?.version(typeUrl);
  }

  /** The version of one resource, which incremental clients are told. */
  resourceVersion(typeUrl: string, name: string): string | undefined {
    return this.#cache.getSnapshot(GROUP)?.get(typeUrl, name)?.version;
  }
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
