import type { IncomingMessage, ServerResponse } from "node:http";
import type { Registry } from "@bufbuild/protobuf";
import { type Log, silentLog } from "@signalbox/base";
import type { ClientStatusService } from "../client-status/client-status-service.ts";
import type { XdsServer } from "../server/xds-server.ts";

/** What clients may take of the REST service. */
export interface RestLimits {
  /** Bytes of a request's body. Envoy's says what extensions it has. Default 4 MiB. */
  readonly maxBodyBytes: number;
  /** Polls that are held at once; further ones are answered without waiting. Default 10,000. */
  readonly maxHeld: number;
}

/** What is served over REST. The server and the registry must be given. */
export interface RestOptions {
  readonly xds: XdsServer;
  /**
   * Knows every message that may stand in an `Any` of a resource: `loadRegistry` of
   * `@signalbox/envoy-api/json`, with your own registries.
   */
  readonly registry: Registry;
  /**
   * How long a poll waits for a change, in milliseconds. It must stay below the client's
   * `request_timeout`, which is a second in Envoy. 0: it does not wait.
   *
   * @default 800
   */
  readonly maxHoldMs?: number;
  readonly limits?: Partial<RestLimits>;
  /** Serves `/v3/discovery:client_status`. @default 404 */
  readonly clientStatus?: ClientStatusService;
  /** Serves every path that is not of REST xDS. @default 404 */
  readonly otherwise?: (request: IncomingMessage, response: ServerResponse) => void;
  /** @default nothing is logged */
  readonly log?: Log;
}

/** The options with every default filled in. */
export interface RestSettings {
  readonly xds: XdsServer;
  readonly registry: Registry;
  readonly maxHoldMs: number;
  readonly limits: RestLimits;
  readonly clientStatus: ClientStatusService | undefined;
  readonly otherwise: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  readonly log: Log;
}

const DEFAULT_LIMITS: RestLimits = Object.freeze({ maxBodyBytes: 4 << 20, maxHeld: 10_000 });

export function restSettings(options: RestOptions): RestSettings {
  return {
    xds: options.xds,
    registry: options.registry,
    maxHoldMs: options.maxHoldMs ?? 800,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    clientStatus: options.clientStatus,
    otherwise: options.otherwise,
    log: options.log ?? silentLog,
  };
}
