import type { DescService } from "@bufbuild/protobuf";
import type { MessageForm } from "../message-form.ts";
import type { RawHandler } from "./raw-call.ts";

/** A handler with what it wants to be given. */
export interface RawRoute {
  readonly handler: RawHandler;
  /** What `onMessage` gets. @default "payloads" */
  readonly messages?: MessageForm;
}

/** A service as the router takes it. `serviceOf` makes one out of a descriptor. */
export interface RawService {
  /** Full name: `grpc.health.v1.Health`. */
  readonly name: string;
  /** By method name: `Check`. */
  readonly methods: Readonly<Record<string, RawHandler | RawRoute>>;
  /** What reflection tells of it. @default reflection does not know the service */
  readonly descriptor?: DescService;
}

/** What a router knows. */
export interface RouterOptions {
  /** @default none */
  readonly services?: Iterable<RawService>;
  /** Takes every call whose method is in no service. Without it they end UNIMPLEMENTED. */
  readonly unknown?: RawHandler | RawRoute;
}

/** A route as it is found: where it leads, and the names by which it is counted. */
export interface FoundRoute {
  readonly handler: RawHandler;
  readonly messages: MessageForm;
  /** Service and method; `unknown` for the unknown-service handler, whose names anyone picks. */
  readonly labels: { readonly grpc_service: string; readonly grpc_method: string };
}

/** Path → handler. */
export class Router {
  readonly #routes = new Map<string, FoundRoute>();
  readonly #services = new Set<string>();
  readonly #unknown: FoundRoute | undefined;

  /** @throws when two services have one name */
  constructor(options: RouterOptions) {
    for (const service of options.services ?? []) this.#add(service);
    const { unknown } = options;
    this.#unknown = unknown === undefined ? undefined : found(unknown, "unknown", "unknown");
  }

  /** Names of the services, in the order in which they were given. */
  get services(): readonly string[] {
    return [...this.#services];
  }

  has(service: string): boolean {
    return this.#services.has(service);
  }

  find(path: string): FoundRoute | undefined {
    return this.#routes.get(path) ?? this.#unknown;
  }

  #add({ name, methods }: RawService): void {
    if (this.#services.has(name)) throw new Error(`the service ${name} is there twice`);
    this.#services.add(name);
    for (const [method, route] of Object.entries(methods)) {
      this.#routes.set(`/${name}/${method}`, found(route, name, method));
    }
  }
}

function found(given: RawHandler | RawRoute, service: string, method: string): FoundRoute {
  const route = typeof given === "function" ? { handler: given } : given;
  const labels = { grpc_service: service, grpc_method: method };
  return { handler: route.handler, messages: route.messages ?? "payloads", labels };
}
