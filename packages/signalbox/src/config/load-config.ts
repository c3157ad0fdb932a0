import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Problem } from "@signalbox/base";
import { parseDocument } from "yaml";
import { checkReferences } from "./check-references.ts";
import { configProblem, type SourcedFault } from "./config-error.ts";
import {
  type ConfigLayer,
  type ConfigOrigin,
  defaultsLayer,
  environmentLayer,
  fileLayer,
  flagsLayer,
  mergeLayers,
} from "./config-layer.ts";
import { valueAt } from "./config-tree.ts";
import { DATA_CONFIG_FILE } from "./data-config-file.ts";
import type { Config } from "./schema.ts";

export interface ConfigSources {
  /** Values by flag (`--log-level`), as the command line had them. */
  readonly flags: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `--config FILE`. */
  readonly file: string | undefined;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Where the value of each option came from, by key (`listen.rest`). */
  readonly origins: ReadonlyMap<string, ConfigOrigin>;
  /** The data directory, absolute. */
  readonly dataDir: string;
}

/**
 * Reads every source and merges them: defaults < `DATA/config.yaml` < `--config FILE` <
 * environment < flags.
 *
 * @throws Problem `config_invalid` with one line a fault, each naming source, path and what was
 *   expected.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const faults: SourcedFault[] = [];
  const above = layersAbove(sources, faults);
  if (faults.length > 0) throw configProblem(faults);

  // The data directory has to be known before its own file can be read.
  const dataDir = dataDirOf(above);
  const data = readLayer("data", join(dataDir, DATA_CONFIG_FILE), faults, false);
  if (faults.length > 0) throw configProblem(faults);
  return resolveLayers([defaultsLayer(), ...(data === undefined ? [] : [data]), ...above], dataDir);
}

/** The data directory that these sources mean, as far as they can be read. */
export function findDataDir(sources: ConfigSources): string {
  return dataDirOf(layersAbove(sources, []));
}

/** The sources above the data directory's own file. */
function layersAbove(sources: ConfigSources, faults: SourcedFault[]): readonly ConfigLayer[] {
  const file = sources.file ?? sources.environment["SIGNALBOX_CONFIG"];
  return [
    file === undefined ? undefined : readLayer("file", file, faults, true),
    collect(environmentLayer(sources.environment), faults),
    collect(flagsLayer(sources.flags), faults),
  ].filter((layer) => layer !== undefined);
}

function dataDirOf(above: readonly ConfigLayer[]): string {
  return resolve(valueAt(mergeLayers([defaultsLayer(), ...above]).tree, ["dataDir"]) as string);
}

function resolveLayers(layers: readonly ConfigLayer[], dataDir: string): LoadedConfig {
  const { tree, origins } = mergeLayers(layers);
  // Each layer was checked, and the defaults fill in what the schema requires.
  const config = tree as unknown as Config;
  const faults = checkReferences(config);
  if (faults.length > 0) {
    throw configProblem(
      faults.map((fault) => ({ ...fault, source: sourceOf(fault.path, origins) })),
    );
  }
  return { config, origins, dataDir };
}

function sourceOf(path: string, origins: ReadonlyMap<string, ConfigOrigin>): string {
  const key = path.replace(/\[.*/, "");
  return origins.get(key)?.source ?? "configuration";
}

function collect(
  result: ReturnType<typeof flagsLayer>,
  faults: SourcedFault[],
): ConfigLayer | undefined {
  if (result.ok) return result.value;
  faults.push(...result.error);
  return undefined;
}

function readLayer(
  kind: "data" | "file",
  path: string,
  faults: SourcedFault[],
  mustExist: boolean,
): ConfigLayer | undefined {
  const text = readText(path, faults, mustExist);
  if (text === undefined) return undefined;
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    faults.push({
      source: path,
      path: "",
      message: `is not YAML: ${error.message.split("\n")[0]}`,
    });
    return undefined;
  }
  try {
    return collect(fileLayer(kind, path, document.toJS({ maxAliasCount: 100 })), faults);
  } catch (error) {
    if (Problem.is(error)) throw error;
    faults.push({ source: path, path: "", message: `cannot be read: ${(error as Error).message}` });
    return undefined;
  }
}

function readText(path: string, faults: SourcedFault[], mustExist: boolean): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (failure.code === "ENOENT" && !mustExist) return undefined;
    faults.push({ source: path, path: "", message: describeReadFailure(failure) });
    return undefined;
  }
}

/** @internal exported for its test */
export function describeReadFailure({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ENOENT":
      return "does not exist";
    case "EACCES":
      return "this user may not read it; run as its owner, as `sudo -u signalbox`";
    case "ENOTDIR":
      return "cannot be read: a part of its path is a file, not a directory";
    default:
      return `cannot be read: ${message}`;
  }
}
