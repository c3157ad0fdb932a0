import {
  createGrpcServer,
  type GrpcServer,
  type Metadata,
  Router,
  serviceOf,
} from "@signalbox/grpc";
import { MachineService } from "#gen/machine/machine_pb.js";
import type { TlsIdentity } from "../../credentials/tls-identity.ts";

/** A thousand agents of one process shake hands at once, beside whatever else the machine does. */
const PATIENCE_MS = 120_000;

/** What one call of an agent came with. */
export interface SeenCall {
  readonly path: string;
  readonly metadata: Metadata;
}

/**
 * An agent in this process, over mutual TLS: it tells its name, echoes what is asked in a stream
 * that stays open, and notes what it was called with.
 */
export class TestAgent {
  readonly name: string;
  readonly seen: SeenCall[] = [];
  readonly server: GrpcServer;
  readonly #listeners = new Set<() => void>();
  #address = "";

  private constructor(name: string, identity: TlsIdentity) {
    this.name = name;
    const service = serviceOf(MachineService, {
      version: (_, { metadata, descriptor }) => {
        this.#note(descriptor.name, metadata);
        return { messages: [{ version: { tag: `v1.0.0-${name}` } }] };
      },
      reboot: (_, { metadata, descriptor }) => {
        this.#note(descriptor.name, metadata);
        return { messages: [{ actorId: name }] };
      },
      // As many bytes as the path says.
      read: async function* ({ path }) {
        yield await Promise.resolve({ bytes: Buffer.alloc(Number(path), "x") });
      },
      logs: ({ tailLines }, { signal }) => this.#lines(tailLines, signal),
    });
    this.server = createGrpcServer({
      router: new Router({ services: [service] }),
      tls: { ...identity, clientCertificates: "required" },
      limits: { handshakeTimeoutMs: PATIENCE_MS },
    });
  }

  static async start(name: string, identity: TlsIdentity): Promise<TestAgent> {
    const agent = new TestAgent(name, identity);
    const { port } = await agent.server.listen({ port: 0 });
    agent.#address = `127.0.0.1:${port}`;
    return agent;
  }

  get address(): string {
    return this.#address;
  }

  get port(): number {
    return Number(this.#address.split(":")[1]);
  }

  /** Has every stream that is open say one line more. */
  sayMore(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** As many lines as are wanted, one at least unless it is -1; then one whenever there is more. */
  async *#lines(count: number, signal: AbortSignal): AsyncGenerator<{ bytes: Buffer }> {
    for (let line = 1; line < count; line++) yield { bytes: Buffer.from(`${this.name} ${line}`) };
    if (count === -1) await this.#more(signal);
    while (!signal.aborted) {
      yield { bytes: Buffer.from(this.name) };
      await this.#more(signal);
    }
  }

  /** Streams that wait until there is more to say. */
  get silent(): number {
    return this.#listeners.size;
  }

  #more(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => {
      this.#listeners.delete(done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    this.#listeners.add(done);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
    return promise;
  }

  #note(method: string, metadata: Metadata): void {
    this.seen.push({ path: method, metadata });
  }
}
