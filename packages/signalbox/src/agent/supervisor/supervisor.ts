import type { Clock, Log } from "@signalbox/base";
import { GrpcError, STATUS } from "@signalbox/grpc";
import { News } from "../news.ts";
import type { ServiceEventRecord } from "./service-record.ts";
import type { ServiceSpec } from "./service-spec.ts";
import { SupervisedService } from "./supervised-service.ts";

export interface SupervisorDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** What every service inherits: PATH and its like. */
  readonly environment: Readonly<Record<string, string>>;
  /** Told of each event of each service. */
  readonly onEvent: (service: SupervisedService, event: ServiceEventRecord) => void;
}

/** The services of this machine. Nothing of them is left when `stopAll` has resolved. */
export class Supervisor {
  readonly #services: ReadonlyMap<string, SupervisedService>;
  readonly #news = new News();

  /** @param specs each behind what it depends on */
  constructor(specs: readonly ServiceSpec[], deps: SupervisorDeps) {
    const services = specs.map((spec) => {
      return new SupervisedService(spec, {
        clock: deps.clock,
        log: deps.log,
        environment: deps.environment,
        dependenciesUp: (signal) => this.#areUp(spec.dependsOn, signal),
        onChange: (service, event) => {
          this.#news.tell();
          deps.onEvent(service, event);
        },
      });
    });
    this.#services = new Map(services.map((service) => [service.spec.id, service]));
  }

  /** Each behind what it depends on. */
  get services(): readonly SupervisedService[] {
    return [...this.#services.values()];
  }

  /** @throws GrpcError NOT_FOUND */
  service(id: string): SupervisedService {
    const service = this.#services.get(id);
    if (service === undefined) {
      throw new GrpcError(STATUS.NOT_FOUND, `service "${id}" is not defined`);
    }
    return service;
  }

  /** Starts those that start with the agent, and does not wait for them to be up. */
  async startAll(): Promise<void> {
    const wanted = this.services.filter(({ spec }) => spec.autostart);
    await Promise.all(wanted.map(({ spec }) => this.start(spec.id)));
  }

  /** Stops all, each before what it depends on. */
  async stopAll(): Promise<void> {
    const stopped = new Map<string, Promise<void>>();
    for (const service of this.services.toReversed()) {
      const { id } = service.spec;
      const dependents = this.services.filter(({ spec }) => spec.dependsOn.includes(id));
      const before = dependents.map(({ spec }) => stopped.get(spec.id) ?? Promise.resolve());
      stopped.set(
        id,
        Promise.all(before).then(() => service.stop()),
      );
    }
    await Promise.all(stopped.values());
  }

  /**
   * Starts a service, and what it depends on, unless they run. Does not wait for it to be up.
   *
   * @throws GrpcError NOT_FOUND
   */
  async start(id: string): Promise<void> {
    const service = this.service(id);
    for (const other of service.spec.dependsOn) {
      if (!this.service(other).isUp) await this.start(other);
    }
    await service.start();
  }

  /**
   * Stops a service, not those that depend on it; resolves when nothing of it is left.
   *
   * @throws GrpcError NOT_FOUND
   */
  async stop(id: string): Promise<void> {
    await this.service(id).stop();
  }

  async #areUp(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const areUp = (): boolean => ids.every((id) => this.service(id).isUp);
    while (!areUp() && !signal.aborted) await this.#news.next(signal);
  }
}
