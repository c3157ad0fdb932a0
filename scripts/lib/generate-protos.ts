import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** A package whose `gen/` folder holds code made of .proto files. */
export interface ProtoPackage {
  /** From the root of the project. */
  readonly folder: string;
  readonly roots: readonly ProtoRoot[];
  /** Changes of single files, each with its reason beside it. @default none */
  readonly edits?: readonly ProtoEdit[];
  /** Packages and types to leave out, options that use them included. @default none */
  readonly excludeTypes?: readonly string[];
  /** Also writes `gen/descriptors.binpb`, a FileDescriptorSet of everything. @default false */
  readonly descriptorSet?: boolean;
}

/** A folder that imports start from. */
export interface ProtoRoot {
  readonly folder: string;
  /** Whether a file, named from the root, belongs in. @default every file does */
  readonly take?: (path: string) => boolean;
}

export interface ProtoEdit {
  readonly path: string;
  readonly find: string;
  readonly replace: string;
}

const TOOLS = ["@bufbuild/buf", "@bufbuild/protoc-gen-es"];
/** Bump it when this file makes other code of the same inputs. */
const GENERATION = 1;

/** Writes `gen/` anew if its inputs changed. Answers the number of files read, if it did. */
export function generateProtos(proto: ProtoPackage): number | undefined {
  const sources = readSources(proto);
  const fingerprint = fingerprintOf(proto, sources);
  const target = join(proto.folder, "gen");
  const stamp = join(target, ".inputs");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) return undefined;

  rmSync(target, { recursive: true, force: true });
  // In here, so that the next run removes what an interruption leaves.
  const stage = join(target, ".sources");
  try {
    for (const [path, text] of sources) writeInto(stage, path, text);
    buf(stage, "generate", "--template", template(proto, resolve(target)));
    if (proto.descriptorSet === true) {
      const set = resolve(target, "descriptors.binpb");
      buf(stage, "build", "--exclude-source-info", "--as-file-descriptor-set", "-o", set);
    }
    // Last, so that what an interruption leaves is made again.
    writeFileSync(stamp, fingerprint);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  return sources.size;
}

/** Every .proto file by the name that imports give it, edited. */
function readSources(proto: ProtoPackage): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const { folder, take = () => true } of proto.roots) {
    const paths = globSync("**/*.proto", { cwd: folder }).filter(take);
    if (paths.length === 0) throw new Error(`${folder} holds no .proto file that is wanted`);
    for (const path of paths) sources.set(path, readFileSync(join(folder, path), "utf8"));
  }
  for (const { path, find, replace } of proto.edits ?? []) {
    const text = sources.get(path);
    if (text?.includes(find) !== true) throw new Error(`${path} has no "${find}" to edit`);
    sources.set(path, text.replace(find, replace));
  }
  return sources;
}

function fingerprintOf(proto: ProtoPackage, sources: ReadonlyMap<string, string>): string {
  const versions = TOOLS.map((tool) => {
    const text = readFileSync(join("node_modules", tool, "package.json"), "utf8");
    return (JSON.parse(text) as { readonly version: string }).version;
  });
  const { excludeTypes, descriptorSet } = proto;
  const hash = createHash("sha256");
  hash.update(JSON.stringify([GENERATION, versions, excludeTypes, descriptorSet]));
  for (const [path, text] of [...sources].sort()) hash.update(`${path}\0${text}\0`);
  return hash.digest("hex");
}

function template(proto: ProtoPackage, out: string): string {
  const input = { directory: ".", exclude_types: proto.excludeTypes ?? [] };
  const plugin = {
    local: resolve("node_modules/.bin/protoc-gen-es"),
    out,
    // One run of the plugin for all files: one run for each takes minutes.
    strategy: "all",
    // TypeScript would be checked with each build, and holds enums, which Node cannot strip.
    opt: ["target=js+dts", "import_extension=js"],
  };
  return JSON.stringify({ version: "v2", inputs: [input], plugins: [plugin] });
}

function buf(cwd: string, ...args: readonly string[]): void {
  execFileSync(resolve("node_modules/.bin/buf"), args, {
    cwd,
    stdio: ["ignore", "inherit", "inherit"],
  });
}

function writeInto(folder: string, path: string, text: string): void {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
