import type { TSchema } from "typebox";
import { Errors } from "typebox/schema";
import { isTree } from "./config-tree.ts";
import { nearestName } from "./nearest-name.ts";
import { CONFIG_OPTIONS, CONFIG_SCHEMA, type OptionSchema } from "./option.ts";

/** One thing wrong with one value of one source. */
export interface ConfigFault {
  /** `listen.rest`, `regions[0].type` */
  readonly path: string;
  /** What was expected, and what to write instead where that can be guessed. */
  readonly message: string;
}

/** The schema of one source: it may leave out any option, but what it has must be right. */
const PARTIAL: TSchema = withoutRequired(CONFIG_SCHEMA);

/** Everything wrong with the values of one source. */
export function checkTree(tree: unknown): readonly ConfigFault[] {
  if (!isTree(tree)) return [{ path: "", message: "a mapping of options was expected" }];
  const faults = new Map<string, ConfigFault>();
  const [, errors] = Errors(PARTIAL, tree);
  for (const error of errors) {
    // The parent's fault names the unknown keys; this one only repeats it for each.
    if (error.keyword === "boolean") continue;
    for (const fault of faultsOf(error.keyword, error.instancePath, error.params, tree)) {
      if (!faults.has(fault.path)) faults.set(fault.path, fault);
    }
  }
  return [...faults.values()];
}

function faultsOf(
  keyword: string,
  pointer: string,
  params: unknown,
  tree: unknown,
): readonly ConfigFault[] {
  const names = pointer.split("/").slice(1).map(unescapePointer);
  const schema = schemaAt(names);
  if (keyword === "additionalProperties") {
    const unknown = (params as { additionalProperties?: readonly string[] }).additionalProperties;
    return (unknown ?? []).map((name) => unknownKey(names, name, schema));
  }
  if (keyword === "required") {
    const missing = (params as { requiredProperties?: readonly string[] }).requiredProperties;
    return (missing ?? []).map((name) => ({
      path: pathText([...names, name]),
      message: "is missing",
    }));
  }
  const found = JSON.stringify(lookUp(tree, names)) ?? "nothing";
  const shown = found.length > 80 ? `${found.slice(0, 77)}...` : found;
  const expected = schema?.secret === true ? "" : `, found ${shown}`;
  return [{ path: pathText(names), message: `${expectation(schema)} was expected${expected}` }];
}

function unknownKey(
  names: readonly string[],
  name: string,
  schema: OptionSchema | undefined,
): ConfigFault {
  const siblings = Object.keys(schema?.properties ?? {});
  const elsewhere = CONFIG_OPTIONS.find((option) => option.path.at(-1) === name)?.key;
  const near = nearestName(name, siblings) ?? elsewhere;
  const hint = near === undefined ? `known are ${siblings.join(", ")}` : `did you mean ${near}?`;
  return { path: pathText([...names, name]), message: `is not an option; ${hint}` };
}

function expectation(schema: OptionSchema | undefined): string {
  if (schema?.expected !== undefined) return schema.expected;
  if (schema?.enum !== undefined) return `one of ${schema.enum.join(", ")}`;
  if (schema?.type === "object") return "a mapping";
  return schema?.type === "array" ? "a list" : (schema?.type ?? "another value");
}

function schemaAt(names: readonly string[]): OptionSchema | undefined {
  let schema: OptionSchema | undefined = CONFIG_SCHEMA;
  for (const name of names) {
    schema = /^[0-9]+$/.test(name) ? schema?.items : schema?.properties?.[name];
  }
  return schema;
}

function lookUp(value: unknown, names: readonly string[]): unknown {
  let at = value;
  for (const name of names) {
    at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[name] : undefined;
  }
  return at;
}

/** `regions[0].type` */
function pathText(names: readonly string[]): string {
  return names
    .map((name, index) => (/^[0-9]+$/.test(name) ? `[${name}]` : index === 0 ? name : `.${name}`))
    .join("");
}

function unescapePointer(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

function withoutRequired(schema: OptionSchema): OptionSchema {
  if (schema.isSection !== true) return schema;
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, child]) => [name, withoutRequired(child)] as const,
  );
  return { ...schema, required: [], properties: Object.fromEntries(properties) };
}
