import {
  Health as HealthDescriptor,
  HealthCheckResponse_ServingStatus,
} from "#gen/grpc/health/v1/health_pb.js";
import { GrpcError } from "../grpc-error.ts";
import { serviceOf, type TypedService } from "../service/service-of.ts";
import { STATUS } from "../status.ts";

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = HealthCheckResponse_ServingStatus;

/** The name under which the server as a whole is known. */
const WHOLE_SERVER = "";
/** What one answer of List may name, as in gRPC's own servers. */
const MAX_LISTED = 100;

/**
 * What load balancers and probes ask: is this server, or one service of it, fit for calls? Speaks
 * `grpc.health.v1.Health`.
 *
 * @example
 * ```ts
 * const health = new Health();
 * const router = new Router({ services: [health.service, greeter] });
 * health.set("demo.Greeter", false); // watchers are told
 * ```
 */
export class Health {
  readonly service: TypedService;
  readonly #statuses = new Map<string, HealthCheckResponse_ServingStatus>();
  readonly #watchers = new Set<() => void>();
  #isShutDown = false;

  /** The server as a whole serves from the start; services are known once `set` named them. */
  constructor() {
    this.#statuses.set(WHOLE_SERVER, SERVING);
    this.service = serviceOf(HealthDescriptor, {
      check: ({ service }) => this.#check(service),
      list: () => this.#list(),
      watch: ({ service }, { signal }) => this.#watch(service, signal),
    });
  }

  /** Says how a service is; an empty name means the server as a whole. */
  set(service: string, isServing: boolean): void {
    this.#statuses.set(service, isServing && !this.#isShutDown ? SERVING : NOT_SERVING);
    this.#tell();
  }

  /** Forgets a service. */
  remove(service: string): void {
    this.#statuses.delete(service);
    this.#tell();
  }

  /** Says that nothing serves any more, whatever is set from now on: the first act of a stop. */
  shutDown(): void {
    this.#isShutDown = true;
    for (const service of this.#statuses.keys()) this.#statuses.set(service, NOT_SERVING);
    this.#tell();
  }

  /** How many watch; a leak check. */
  get watchers(): number {
    return this.#watchers.size;
  }

  #check(service: string): { status: HealthCheckResponse_ServingStatus } {
    const status = this.#statuses.get(service);
    if (status === undefined) throw new GrpcError(STATUS.NOT_FOUND, "unknown service");
    return { status };
  }

  #list(): { statuses: Record<string, { status: HealthCheckResponse_ServingStatus }> } {
    const count = this.#statuses.size;
    if (count > MAX_LISTED) {
      const text = `${count} services are more than a list may have: ${MAX_LISTED}`;
      throw new GrpcError(STATUS.RESOURCE_EXHAUSTED, text);
    }
    const rows = Array.from(this.#statuses, ([name, status]) => [name, { status }] as const);
    return { statuses: Object.fromEntries(rows) };
  }

  /** A watcher that reads slowly is told of the last change only. */
  async *#watch(
    service: string,
    signal: AbortSignal,
  ): AsyncGenerator<{ status: HealthCheckResponse_ServingStatus }> {
    let told: HealthCheckResponse_ServingStatus | undefined;
    while (!signal.aborted) {
      const status = this.#statuses.get(service) ?? SERVICE_UNKNOWN;
      if (status === told) {
        await this.#change(signal);
      } else {
        told = status;
        yield { status };
      }
    }
  }

  #change(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => {
      this.#watchers.delete(done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    this.#watchers.add(done);
    signal.addEventListener("abort", done, { once: true });
    return promise;
  }

  #tell(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
