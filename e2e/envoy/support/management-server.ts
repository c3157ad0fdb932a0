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

/** Every node of the tests belongs to one group. */
const GROUP = "all";

/** A resource, and what a client may call it besides its name. */
export interface ServedResource extends EncodedResource {
  readonly aliases?: readonly string[];
}

/** A management server on loopback, for one test. */
export class ManagementServer {
  readonly port: number;
  /** What clients refused, in order. */
  readonly refusals: readonly Refusal[];
  /** Names of the resources in each answer, in order. */
  readonly answers: readonly (readonly string[])[];
  readonly #cache: SnapshotCache;

  private constructor(
    port: number,
    cache: SnapshotCache,
    refusals: readonly Refusal[],
    answers: readonly (readonly string[])[],
  ) {
    this.port = port;
    this.#cache = cache;
    this.refusals = refusals;
    this.answers = answers;
  }

  /** Serves until the test ends. @param options of the server, besides what is watched here */
  static async start(
    t: TestContext,
    options: Omit<Partial<XdsServerOptions>, "cache" | "callbacks"> = {},
  ): Promise<ManagementServer> {
    const cache = new SnapshotCache({ groupOf: () => GROUP });
    const refusals: Refusal[] = [];
    const answers: string[][] = [];
    const xds = new XdsServer({
      cache,
      ordering: "makeBeforeBreak",
      ...options,
      callbacks: {
        onNack: (_stream, refusal) => void refusals.push(refusal),
        onResponse: (_stream, { answer }) =>
          void answers.push(answer.resources.map(({ name }) => name)),
      },
    });
    const server = createGrpcServer({ router: new Router({ services: xds.services }) });
    const { port } = await server.listen({ port: 0 });
    t.after(async () => {
      await server.close();
      await xds.close();
    });
    return new ManagementServer(port, cache, refusals, answers);
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

/** Types without a resource are known to be empty: what was there before goes. */
export function snapshotOf(resources: readonly ServedResource[], version?: string): Snapshot {
  const types = RESOURCE_TYPES.map(({ typeUrl }) => typeUrl);
  return Snapshot.of(
    resources.map((of) => new Resource(of)),
    { types, ...(version === undefined ? {} : { version }) },
  );
}
