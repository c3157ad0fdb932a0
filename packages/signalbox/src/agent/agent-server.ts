import type { Clock, Log, Random } from "@signalbox/base";
import {
  createGrpcServer,
  GrpcError,
  type GrpcServer,
  Health,
  type ListenAddress,
  type ListenOptions,
  type RawServerCall,
  reflectionOf,
  Router,
  type ServerLimits,
  STATUS,
  type TypedService,
} from "@signalbox/grpc";
import { clientCertificateFault } from "../node-api/client-certificate-rule.ts";
import { authorizeAgentCall } from "./agent-authorization.ts";
import type { AgentIdentity } from "./agent-identity.ts";

export interface AgentServerOptions {
  readonly services: readonly TypedService[];
  readonly identity: AgentIdentity;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Windows between machines are large (node-api §1.6); what is asked of a machine is small. */
const LIMITS: Partial<ServerLimits> = {
  maxConnections: 256,
  streamWindowBytes: 65_535 * 32,
  connectionWindowBytes: 65_535 * 16,
};

/** The node API of one machine: over mutual TLS, to whom the rule table allows. */
export class AgentServer {
  readonly #server: GrpcServer;
  readonly #health = new Health();
  readonly #forgetIdentity: () => void;

  constructor({ services, identity, clock, random, log }: AgentServerOptions) {
    for (const { name } of services) this.#health.set(name, true);
    const shown = [...services, this.#health.service];
    this.#server = createGrpcServer({
      router: new Router({ services: [...shown, ...reflectionOf(shown)], unknown: unimplemented }),
      tls: { ...identity.current(), clientCertificates: "required", admit: clientCertificateFault },
      authorize: authorizeAgentCall,
      limits: LIMITS,
      clock,
      random,
      log,
    });
    this.#forgetIdentity = identity.onChange((material) => this.#server.setTls(material));
  }

  /** What is open now; a leak check for teardowns. */
  get held(): { readonly calls: number; readonly connections: number; readonly timers: number } {
    const { calls, connections, timers } = this.#server;
    return { calls, connections, timers };
  }

  /** @throws when the address cannot be had */
  listen(address: ListenOptions): Promise<ListenAddress> {
    return this.#server.listen(address);
  }

  /** Takes no more calls and gives those that run `graceMs`. Resolves when nothing is left. */
  async close(graceMs: number): Promise<void> {
    this.#forgetIdentity();
    this.#health.shutDown();
    await this.#server.drain(graceMs);
  }
}

/** A route of its own, so that who calls is looked at first: strangers learn nothing. */
function unimplemented({ service, method }: RawServerCall): never {
  throw new GrpcError(STATUS.UNIMPLEMENTED, `unknown method ${method} for service ${service}`);
}
