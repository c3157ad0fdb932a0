import { readFile } from "node:fs/promises";
import { fail, ok, Problem, type Result } from "@signalbox/base";
import { parseDocument } from "yaml";
import { parseServices } from "../supervisor/parse-services.ts";
import type { ServiceSpec } from "../supervisor/service-spec.ts";

/** What the agent's own configuration file says. */
export interface AgentConfig {
  /** Each behind what it depends on. */
  readonly services: readonly ServiceSpec[];
}

/** A short text may mean an endless one through its aliases. */
const MAX_ALIASES = 100;

const KEYS: ReadonlySet<string> = new Set(["services"]);

/** @param text YAML, of which JSON is a part */
export function parseAgentConfig(text: string): Result<AgentConfig> {
  const read = readYaml(text);
  if (!read.ok) return read;
  const document = read.value;
  if (document === null || document === undefined) return ok({ services: [] });
  if (typeof document !== "object" || Array.isArray(document)) return fail("is no mapping");
  const unknown = Object.keys(document).find((key) => !KEYS.has(key));
  if (unknown !== undefined) return fail(`${unknown}: is unknown`);
  const services = parseServices("services" in document ? document.services : undefined);
  return services.ok ? ok({ services: services.value }) : services;
}

function readYaml(text: string): Result<unknown> {
  const document = parseDocument(text, { logLevel: "silent" });
  // What the parser only warns of (unknown tags and directives) is not meant as it is read.
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) return fail(fault.message.split("\n")[0] ?? fault.code);
  try {
    return ok(document.toJS({ maxAliasCount: MAX_ALIASES }));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** @throws Problem `config_invalid` */
export async function readAgentConfig(path: string): Promise<AgentConfig> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new Problem("config_invalid", `${path} cannot be read`, { cause });
  });
  const config = parseAgentConfig(text);
  if (!config.ok) throw new Problem("config_invalid", `${path}: ${config.error}`);
  return config.value;
}
