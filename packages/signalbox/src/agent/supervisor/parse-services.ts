import { fail, ok, type Result } from "@signalbox/base";
import {
  fields,
  isBoolean,
  listOf,
  mapOf,
  matching,
  numberFrom,
  oneOf,
  type Rule,
  text,
} from "../config/rules.ts";
import { OWN_LOG_ID } from "../own-log.ts";
import { dependencyOrder } from "./dependency-order.ts";
import type { RestartPolicy, ServiceSpec } from "./service-spec.ts";

/** A service as the file has it; `SERVICE` below says what may stand there. */
interface GivenService {
  readonly id: string;
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  readonly restart?: RestartPolicy;
  readonly dependsOn?: readonly string[];
  readonly healthCheck?: {
    readonly command: readonly string[];
    readonly initialDelaySeconds?: number;
    readonly intervalSeconds?: number;
    readonly timeoutSeconds?: number;
  };
  readonly stopTimeoutSeconds?: number;
  readonly autostart?: boolean;
  readonly logKilobytes?: number;
}

const DAY_SECONDS = 86_400;
const id = matching(/^[a-z0-9][a-z0-9._-]{0,62}$/, "id ([a-z0-9][a-z0-9._-]*, at most 63)");
const word = text(1, 4096);
const seconds = numberFrom(0, DAY_SECONDS);
const fraction = numberFrom(0.1, DAY_SECONDS);

const HEALTH_CHECK: Readonly<Record<string, Rule>> = {
  command: listOf(word, 1, 256),
  initialDelaySeconds: seconds,
  intervalSeconds: fraction,
  timeoutSeconds: fraction,
};

const SERVICE: Readonly<Record<string, Rule>> = {
  id,
  command: word,
  args: listOf(text(0, 4096), 0, 256),
  env: mapOf(text(0, 65_536)),
  directory: matching(/^\//, "absolute path"),
  restart: oneOf("always", "on-failure", "never"),
  dependsOn: listOf(id, 0, 64),
  healthCheck: fields(HEALTH_CHECK, ["command"]),
  stopTimeoutSeconds: seconds,
  autostart: isBoolean,
  logKilobytes: numberFrom(16, 65_536),
};

const SERVICES = listOf(fields(SERVICE, ["id", "command"]), 0, 256);

/**
 * The `services` of the agent's configuration, in the order in which they start.
 *
 * @param document what YAML or JSON gave; undefined means none
 */
export function parseServices(document: unknown): Result<readonly ServiceSpec[]> {
  if (document === undefined || document === null) return ok([]);
  const fault = SERVICES(document, "services");
  if (fault !== undefined) return fail(fault);
  const specs = (document as readonly GivenService[]).map(settled);
  const twice = specs.find(
    (spec, index) => specs.findIndex((other) => other.id === spec.id) < index,
  );
  if (twice !== undefined) return fail(`services: ${twice.id} is there twice`);
  const own = specs.findIndex((spec) => spec.id === OWN_LOG_ID);
  if (own >= 0) return fail(`services.${own}.id: ${OWN_LOG_ID} is the agent itself`);
  return dependencyOrder(specs);
}

function settled(given: GivenService): ServiceSpec {
  const { healthCheck } = given;
  return {
    id: given.id,
    command: [given.command, ...(given.args ?? [])],
    environment: given.env ?? {},
    directory: given.directory ?? "/",
    restart: given.restart ?? "always",
    dependsOn: given.dependsOn ?? [],
    healthCheck:
      healthCheck === undefined
        ? undefined
        : {
            command: healthCheck.command,
            initialDelayMs: (healthCheck.initialDelaySeconds ?? 1) * 1000,
            intervalMs: (healthCheck.intervalSeconds ?? 5) * 1000,
            timeoutMs: (healthCheck.timeoutSeconds ?? 5) * 1000,
          },
    stopTimeoutMs: (given.stopTimeoutSeconds ?? 10) * 1000,
    autostart: given.autostart ?? true,
    logBytes: Math.round((given.logKilobytes ?? 1024) * 1024),
  };
}
