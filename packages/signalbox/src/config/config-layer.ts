import { dirname, resolve } from "node:path";
import { fail, ok, type Result } from "@signalbox/base";
import { checkTree } from "./check-tree.ts";
import type { SourcedFault } from "./config-error.ts";
import { type ConfigTree, setAt, valueAt } from "./config-tree.ts";
import { nearestName } from "./nearest-name.ts";
import { CONFIG_OPTIONS, type ConfigOption, ENV_PREFIX } from "./option.ts";
import { parseOptionText } from "./parse-option-text.ts";

/** What kind of place a value came from, in rising precedence. */
export type LayerKind = "default" | "data" | "file" | "environment" | "flag";

/** The values of one source, checked. */
export interface ConfigLayer {
  readonly kind: LayerKind;
  readonly tree: ConfigTree;
  /** Where the value of this option came from, for people. */
  readonly sourceOf: (option: ConfigOption) => string;
}

type LayerResult = Result<ConfigLayer, readonly SourcedFault[]>;

export function defaultsLayer(): ConfigLayer {
  const tree: ConfigTree = {};
  for (const { path, schema } of CONFIG_OPTIONS) {
    // Also without a default: it makes the option's section.
    setAt(tree, path, structuredClone(schema.default));
  }
  return { kind: "default", tree, sourceOf: () => "default" };
}

export function fileLayer(kind: "data" | "file", path: string, content: unknown): LayerResult {
  // An empty YAML document is null.
  const tree = content ?? {};
  const faults = checkTree(tree).map((fault) => ({ source: path, ...fault }));
  if (kind === "data" && Object.hasOwn(Object(tree), "dataDir")) {
    const message = "cannot move the data directory from within; use --data-dir";
    faults.push({ source: path, path: "dataDir", message });
  }
  if (faults.length > 0) return fail(faults);
  return ok({ kind, tree: rebased(tree as ConfigTree, dirname(path)), sourceOf: () => path });
}

/** Paths in a file start where the file lies, from wherever the daemon is started. */
function rebased(tree: ConfigTree, directory: string): ConfigTree {
  for (const { path, schema } of CONFIG_OPTIONS) {
    const value = schema.isPath === true ? valueAt(tree, path) : undefined;
    if (typeof value === "string") setAt(tree, path, resolve(directory, value));
  }
  return tree;
}

/** Environment variables that the client commands read. */
const OTHER_VARIABLES: ReadonlySet<string> = new Set([
  "SIGNALBOX_CONFIG",
  "SIGNALBOX_URL",
  "SIGNALBOX_OPS_URL",
  "SIGNALBOX_TOKEN",
  "SIGNALBOX_TOKEN_FILE",
  "SIGNALBOX_CA_FILE",
  "SIGNALBOX_ORGANIZATION",
  "SIGNALBOX_PROJECT",
  "SIGNALBOX_REGION",
]);

export function environmentLayer(
  environment: Readonly<Record<string, string | undefined>>,
): LayerResult {
  const known = new Map(CONFIG_OPTIONS.flatMap((o) => (o.env === undefined ? [] : [[o.env, o]])));
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith(ENV_PREFIX) && !known.has(name) && !OTHER_VARIABLES.has(name),
  );
  const faults = unknown.map((name) => unknownVariable(name, [...known.keys()]));
  return namedLayer("environment", environmentNameOf, (name) => environment[name], faults);
}

export function flagsLayer(
  flags: Readonly<Record<string, string | readonly string[] | undefined>>,
): LayerResult {
  return namedLayer(
    "flag",
    (option) => option.flag,
    (flag) => flags[flag],
    [],
  );
}

const environmentNameOf = (option: ConfigOption): string | undefined => option.env;

function unknownVariable(name: string, known: readonly string[]): SourcedFault {
  const near = nearestName(name, known);
  const hint = near === undefined ? "see docs/configuration.md" : `did you mean ${near}?`;
  return { source: "environment", path: name, message: `is not an option; ${hint}` };
}

function namedLayer(
  kind: "environment" | "flag",
  nameOf: (option: ConfigOption) => string | undefined,
  textOf: (name: string) => string | readonly string[] | undefined,
  faults: readonly SourcedFault[],
): LayerResult {
  const tree: ConfigTree = {};
  const found = [...faults];
  for (const option of CONFIG_OPTIONS) {
    const name = nameOf(option);
    const text = name === undefined ? undefined : textOf(name);
    if (name === undefined || text === undefined) continue;
    const parsed = parseOptionText(option, text);
    if (parsed.ok) setAt(tree, option.path, parsed.value);
    else found.push({ source: `${kind} ${name}`, path: "", message: parsed.error });
  }
  for (const fault of checkTree(tree)) found.push({ ...fault, ...named(kind, nameOf, fault.path) });
  if (found.length > 0) return fail(found);
  return ok({ kind, tree, sourceOf: (option) => `${kind} ${nameOf(option) ?? option.key}` });
}

function named(
  kind: "environment" | "flag",
  nameOf: (option: ConfigOption) => string | undefined,
  path: string,
): Pick<SourcedFault, "source" | "path"> {
  const option = CONFIG_OPTIONS.find(({ key }) => path === key || path.startsWith(`${key}[`));
  const name = option === undefined ? undefined : nameOf(option);
  return { source: `${kind} ${name ?? path}`, path: option?.key ?? path };
}

/** Later layers win, option by option; a list replaces the list below it. */
export function mergeLayers(layers: readonly ConfigLayer[]): {
  readonly tree: ConfigTree;
  readonly origins: ReadonlyMap<string, ConfigOrigin>;
} {
  const { tree } = defaultsLayer();
  const origins = new Map<string, ConfigOrigin>();
  for (const layer of layers) {
    for (const option of CONFIG_OPTIONS) {
      const value = valueAt(layer.tree, option.path);
      if (value === undefined) continue;
      setAt(tree, option.path, value);
      origins.set(option.key, { kind: layer.kind, source: layer.sourceOf(option) });
    }
  }
  return { tree, origins };
}

/** Where a value came from. */
export interface ConfigOrigin {
  readonly kind: LayerKind;
  readonly source: string;
}
