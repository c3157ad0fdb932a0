import { fail, ok, type Result } from "@signalbox/base";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { dependencyOrder } from "./dependency-order.ts";
import type { ServiceSpec } from "./service-spec.ts";

/** Long texts in a configuration are a mistake, and an attack on memory. */
const Text = Type.String({ minLength: 1, maxLength: 4096 });
const Command = Type.Array(Text, { minItems: 1, maxItems: 256 });
const Id = Type.String({ pattern: "^[a-z0-9][a-z0-9._-]{0,62}$" });
const Seconds = Type.Number({ minimum: 0, maximum: 86_400 });
const AtLeastTenth = Type.Number({ minimum: 0.1, maximum: 86_400 });

const HealthCheck = Type.Object(
  {
    command: Command,
    initialDelaySeconds: Type.Optional(Seconds),
    intervalSeconds: Type.Optional(AtLeastTenth),
    timeoutSeconds: Type.Optional(AtLeastTenth),
  },
  { additionalProperties: false },
);

const Service = Type.Object(
  {
    id: Id,
    command: Text,
    args: Type.Optional(Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 256 })),
    env: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 65_536 }))),
    directory: Type.Optional(Type.String({ pattern: "^/", maxLength: 4096 })),
    restart: Type.Optional(
      Type.Union([Type.Literal("always"), Type.Literal("on-failure"), Type.Literal("never")]),
    ),
    dependsOn: Type.Optional(Type.Array(Id, { maxItems: 64 })),
    healthCheck: Type.Optional(HealthCheck),
    stopTimeoutSeconds: Type.Optional(Seconds),
    autostart: Type.Optional(Type.Boolean()),
    logKilobytes: Type.Optional(Type.Integer({ minimum: 16, maximum: 65_536 })),
  },
  { additionalProperties: false },
);

const Services = Type.Array(Service, { maxItems: 256 });
const checker = Compile(Services);

/**
 * The `services` of the agent's configuration, in the order in which they start.
 *
 * @param document what YAML or JSON gave; undefined means none
 */
export function parseServices(document: unknown): Result<readonly ServiceSpec[]> {
  if (document === undefined || document === null) return ok([]);
  if (!checker.Check(document)) {
    const [first] = checker.Errors(document);
    const place = (first?.instancePath ?? "").replaceAll("/", ".");
    const text = first?.keyword === "boolean" ? "is unknown" : first?.message;
    return fail(`services${place}: ${text ?? "is malformed"}`);
  }
  const specs = document.map(settled);
  const twice = specs.find(({ id }, index) => specs.findIndex((other) => other.id === id) < index);
  if (twice !== undefined) return fail(`services: ${twice.id} is there twice`);
  return dependencyOrder(specs);
}

function settled(given: Static<typeof Service>): ServiceSpec {
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
    logBytes: (given.logKilobytes ?? 1024) * 1024,
  };
}
