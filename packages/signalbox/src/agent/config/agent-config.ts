import { readFile } from "node:fs/promises";
import { fail, ok, type Result } from "@signalbox/base";
import { parseDocument } from "yaml";
import { fileErrorText } from "../files/file-error.ts";
import { parseServices } from "../supervisor/parse-services.ts";
import type { ServiceSpec } from "../supervisor/service-spec.ts";

/** What the agent's own configuration file says. */
export interface AgentConfig {
  /** Each behind what it depends on. */
  readonly services: readonly ServiceSpec[];
  /** Why there are none though the file may say otherwise. */
  readonly fault?: ConfigFault;
}

export interface ConfigFault {
  /** The file could not be read, or says what it may not. */
  readonly kind: "load" | "validation";
  readonly message: string;
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

/**
 * Reads the configuration file. Never throws: an agent with a bad one runs without services, as it
 * is the way to the machine.
 */
export async function loadAgentConfig(path: string): Promise<AgentConfig> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    return faulty("load", fileErrorText(error, path));
  }
  const config = parseAgentConfig(text);
  return config.ok ? config.value : faulty("validation", `${path}: ${config.error}`);
}

function faulty(kind: ConfigFault["kind"], message: string): AgentConfig {
  return { services: [], fault: { kind, message } };
}
