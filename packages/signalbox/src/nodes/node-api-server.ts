import type { Clock, Log, Metrics, Random } from "@signalbox/base";
import {
  createGrpcServer,
  type GrpcServer,
  Health,
  type ListenAddress,
  type ListenOptions,
  type RawService,
  Router,
  type ServerLimits,
} from "@signalbox/grpc";
import { createProxy, type ProxyLimits } from "@signalbox/grpc-proxy";
import { isStreamed } from "../node-api/method-facts.ts";
import { AccessLog, type WriteText } from "./access-log.ts";
import { CallGuard } from "./call-guard.ts";
import type { CallRecordDeps } from "./call-record.ts";
import { connectionGuard } from "./connection-guard.ts";
import { lazyService } from "./lazy-service.ts";
import { createNodeApiMetrics, type NodeApiMetrics } from "./node-api-metrics.ts";
import type { NodeAuditSink } from "./node-audit-event.ts";
import { NodeChannels, type NodeChannelsOptions } from "./node-channels.ts";
import type { NodeCredentials } from "./node-credentials.ts";
import { nodeDirector } from "./node-director.ts";
import { type CallPlanSources, type PlanCall, planCall } from "./plan-call.ts";

export interface NodeApiOptions extends CallPlanSources {
  readonly credentials: NodeCredentials;
  readonly audit: NodeAuditSink;
  /** What the health service of gRPC tells. @default that all is well */
  readonly health?: Health;
  /** Takes the text of the access log. */
  readonly writeText: WriteText;
  /** A line of it, as it shall be written; undefined for none. @default as it is */
  readonly formatAccessLine?: (line: string) => string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Where agents are dialled. @default as node-api §2.3 */
  readonly channels?: Pick<NodeChannelsOptions, "maxChannels" | "idleMs" | "times">;
  readonly proxyLimits?: Partial<ProxyLimits>;
}

/** Replies of machines are up to 32 MiB, and windows as large as theirs (node-api §1.6). */
const LIMITS: Partial<ServerLimits> = {
  maxConnectionsPerAddress: 1_000,
  maxMessageBytes: 32 * 1024 * 1024,
  maxHeaderListBytes: 16 * 1024 * 1024,
  maxHeaderListPairs: 4_096,
  streamWindowBytes: 65_535 * 32,
  connectionWindowBytes: 65_535 * 16,
};

/** The node API of the daemon: calls to any machine, over one address. */
export class NodeApiServer {
  readonly #server: GrpcServer;
  readonly #channels: NodeChannels;
  readonly #health: Health;
  readonly #unhook: readonly (() => void)[];

  constructor(options: NodeApiOptions) {
    const { credentials, clock, random, log, metrics } = options;
    const counted = createNodeApiMetrics(metrics, () => ({
      connections: this.#server.connections,
      channels: this.#channels.size,
    }));
    this.#health = options.health ?? new Health();
    const deps: CallRecordDeps = {
      ...options,
      metrics: counted,
      writeAccessLine: accessLineWriter(options, counted),
    };
    const guard = new CallGuard(deps);
    const plan: PlanCall = (caller, request) => planCall(options, caller, request);
    const material = () => credentials.client.current();
    const channels = new NodeChannels({ material, clock, random, log, ...options.channels });
    const director = nodeDirector({ guard, planCall: plan, channels });
    const { proxyLimits: limits = {} } = options;
    this.#channels = channels;
    this.#server = createGrpcServer({
      router: new Router({
        services: ownServices(guard, plan, this.#health),
        unknown: guard.route(createProxy({ director, isStreamed, clock, limits })),
      }),
      tls: {
        ...credentials.server.current(),
        clientCertificates: "optional",
        admit: connectionGuard(deps),
      },
      limits: LIMITS,
      clock,
      random,
      log,
    });
    this.#unhook = [
      credentials.server.onChange((identity) => this.#server.setTls(identity)),
      credentials.client.onChange(() => channels.flush()),
    ];
  }

  /** What is open now; a leak check for teardowns. */
  get held(): {
    readonly calls: number;
    readonly connections: number;
    readonly streams: number;
    readonly timers: number;
  } {
    const { calls, connections, timers } = this.#server;
    const { held } = this.#channels;
    return {
      calls,
      connections: connections + held.connections,
      streams: held.streams,
      timers: timers + held.timers,
    };
  }

  /** Channels to machines: those for new calls, and those that only finish theirs. */
  get channels(): { readonly kept: number; readonly closing: number } {
    return { kept: this.#channels.size, closing: this.#channels.closing };
  }

  /** @throws when the address cannot be had */
  listen(address: ListenOptions): Promise<ListenAddress> {
    return this.#server.listen(address);
  }

  /** Takes no more calls and gives those that run `graceMs`. Resolves when nothing is left. */
  async close(graceMs: number): Promise<void> {
    this.#health.shutDown();
    for (const unhook of this.#unhook) unhook();
    await this.#server.drain(graceMs);
    await this.#channels.close(1);
  }
}

/** Lines never wait: one that finds no room is counted. */
function accessLineWriter(
  { writeText, formatAccessLine = (line) => line }: NodeApiOptions,
  metrics: NodeApiMetrics,
): (line: string) => void {
  const log = new AccessLog({ write: writeText, onDropped: () => metrics.accessLineDropped() });
  return (line) => {
    const text = formatAccessLine(line);
    if (text !== undefined) log.add(text);
  };
}

/** What the daemon answers itself. Schemas are megabytes: not before somebody asks for them. */
function ownServices(guard: CallGuard, plan: PlanCall, health: Health): readonly RawService[] {
  const explain = async (): Promise<RawService> => {
    const { explainService } = await import("./explain-service.ts");
    return explainService(plan);
  };
  const reflection = (name: string): RawService =>
    lazyService(name, ["ServerReflectionInfo"], async () => {
      const { nodeReflection } = await import("./node-reflection.ts");
      return nodeReflection(name, health);
    });
  return [
    // Probes ask every second, and learn nothing: they need no role, and nobody is told of them.
    health.service,
    guard.service(lazyService("signalbox.node.v1.Explain", ["Explain"], explain)),
    guard.service(reflection("grpc.reflection.v1.ServerReflection")),
    guard.service(reflection("grpc.reflection.v1alpha.ServerReflection")),
  ];
}
