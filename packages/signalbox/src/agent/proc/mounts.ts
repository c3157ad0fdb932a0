import { join } from "node:path";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Clock } from "@signalbox/base";
import type { MountStatSchema } from "#gen/machine/system_pb.js";
import type { AgentRoots } from "../agent-deps.ts";
import { type FileSystemFacts, folderFacts } from "./file-system-facts.ts";
import { readKernelFile } from "./kernel-file.ts";
import { mapBounded } from "./map-bounded.ts";
import { parseMountTable } from "./mount-table.ts";

type MountStatInit = MessageInitShape<typeof MountStatSchema>;

/** What a file system may take to answer; a network one whose server is gone takes forever. */
const PATIENCE_MS = 2_000;
/** Node has four threads for files. Those that hang must leave some to the rest of the agent. */
const MAX_ASKED = 2;

/**
 * Tells the mounts, and of each the size. One that cannot be asked has none, and costs no other
 * its own (node-api §4.2).
 */
export class MountReader {
  readonly #clock: Clock;
  readonly #roots: AgentRoots;
  #reading: Promise<MountStatInit[]> | undefined;
  /** Mount points that have not answered yet, from earlier requests too. */
  readonly #asked = new Map<string, Promise<FileSystemFacts | undefined>>();

  constructor(deps: { readonly clock: Clock; readonly roots: AgentRoots }) {
    this.#clock = deps.clock;
    this.#roots = deps.roots;
  }

  /** Requests at the same time share one answer, so that only what hangs counts as asked. */
  read(): Promise<MountStatInit[]> {
    this.#reading ??= this.#readAll().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #readAll(): Promise<MountStatInit[]> {
    const text = await readKernelFile(join(this.#roots.proc, "mounts"));
    const mounts = parseMountTable(text ?? "");
    return mapBounded(mounts, 1, async ({ filesystem, mountedOn }) => {
      const facts = await this.#facts(join(this.#roots.root, mountedOn));
      return { filesystem, mountedOn, size: facts?.size ?? 0n, available: facts?.available ?? 0n };
    });
  }

  async #facts(path: string): Promise<FileSystemFacts | undefined> {
    const asked = this.#asked.get(path) ?? this.#ask(path);
    if (asked === undefined) return undefined;
    using stack = new DisposableStack();
    const tooLate = new Promise<undefined>((resolve) => {
      stack.defer(this.#clock.after(PATIENCE_MS, () => resolve(undefined)));
    });
    return await Promise.race([asked, tooLate]);
  }

  /** Undefined when as many as may have not answered yet. */
  #ask(path: string): Promise<FileSystemFacts | undefined> | undefined {
    if (this.#asked.size >= MAX_ASKED) return undefined;
    const facts = folderFacts(path).finally(() => this.#asked.delete(path));
    this.#asked.set(path, facts);
    return facts;
  }
}
