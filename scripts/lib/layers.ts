import { posix } from "node:path";

/** `layers.json`: who may import whom. */
export interface Layers {
  /** Package → the packages of ours that it may import. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** Packages that the tests of every package may import, and nothing else. */
  readonly onlyForTests: readonly string[];
  /** Package → folder of its src → the sibling folders that it may import. */
  readonly inside: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Text → the path prefixes under which alone it may stand. */
  readonly onlyIn: Readonly<Record<string, readonly string[]>>;
}

const SCOPE = "@signalbox/";
const IMPORT = /(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)"([^"]+)"/g;

/** Every breach of the layers in one source file, each naming both ends. */
export function breaches(layers: Layers, path: string, source: string): readonly string[] {
  const [, name = "", , folder = ""] = path.split("/");
  if (layers.packages[name] === undefined) return [`${path}: package ${name} is not in the layers`];
  const isTest = path.endsWith(".test.ts") || path.includes("/testing/");
  const found: string[] = [];
  for (const [, specifier = ""] of source.matchAll(IMPORT)) {
    const breach = specifier.startsWith(".")
      ? relativeBreach(layers, name, isTest ? "" : folder, path, specifier)
      : packageBreach(layers, name, isTest, specifier);
    if (breach !== undefined) found.push(`${path} -> ${specifier}: ${breach}`);
  }
  for (const [text, prefixes] of Object.entries(layers.onlyIn)) {
    const allowed = isTest || prefixes.some((prefix) => path.startsWith(prefix));
    if (!allowed && source.includes(text))
      found.push(`${path} -> ${text}: only in ${prefixes.join(", ")}`);
  }
  return found;
}

function packageBreach(
  layers: Layers,
  from: string,
  isTest: boolean,
  specifier: string,
): string | undefined {
  if (!specifier.startsWith(SCOPE)) return undefined;
  const to = specifier.slice(SCOPE.length).split("/")[0] ?? "";
  if (to === from || layers.packages[from]?.includes(to)) return undefined;
  if (layers.onlyForTests.includes(to)) return isTest ? undefined : `${to} is only for tests`;
  return `${from} may not import ${to}`;
}

function relativeBreach(
  layers: Layers,
  name: string,
  folder: string,
  path: string,
  specifier: string,
): string | undefined {
  const root = `packages/${name}/src/`;
  const target = posix.join(posix.dirname(path), specifier);
  if (!target.startsWith(root)) {
    return target.startsWith(`packages/${name}/`) ? undefined : `leaves the package ${name}`;
  }
  const rules = layers.inside[name];
  // Files at the top of src are the composition root; tests may reach anything of their package.
  if (rules === undefined || folder === "" || folder.endsWith(".ts")) return undefined;
  const to = target.slice(root.length).split("/")[0] ?? "";
  if (to === folder || rules[folder]?.includes(to)) return undefined;
  if (rules[folder] === undefined) return `folder ${folder} is not in the layers`;
  return `${folder} may not import ${to}`;
}
