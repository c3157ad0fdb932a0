import type { Resource } from "../resource/resource.ts";
import type { DeltaAnswer } from "../wire/answer.ts";
import type { StatusDetail } from "../wire/status-detail.ts";

const NOTHING: readonly never[] = [];

/**
 * An incremental answer in the making: no name twice, none both sent and removed (§2.1 rule 13).
 * Most are of resources alone, so the rest is made when it is needed.
 */
export class DeltaDraft {
  readonly #resources = new Map<string, Resource>();
  #removed: Set<string> | undefined;
  #absent: Set<string> | undefined;
  #errors: Map<string, StatusDetail> | undefined;

  get isEmpty(): boolean {
    const size = this.#resources.size + (this.#removed?.size ?? 0);
    return size + (this.#absent?.size ?? 0) + (this.#errors?.size ?? 0) === 0;
  }

  get resources(): Iterable<Resource> {
    return this.#resources.values();
  }

  add(resource: Resource): void {
    this.#resources.set(resource.name, resource);
    this.#removed?.delete(resource.name);
    this.#errors?.delete(resource.name);
  }

  remove(name: string): void {
    if (this.#resources.has(name) || this.#absent?.has(name) === true) return;
    this.#removed ??= new Set();
    this.#removed.add(name);
    this.#errors?.delete(name);
  }

  absentAlias(name: string): void {
    this.#removed?.delete(name);
    this.#absent ??= new Set();
    this.#absent.add(name);
  }

  /** Of a name that is neither sent nor removed. */
  error(name: string, detail: StatusDetail): void {
    if (this.#resources.has(name) || this.#removed?.has(name) === true) return;
    this.#errors ??= new Map();
    this.#errors.set(name, detail);
  }

  answer(typeUrl: string, systemVersionInfo: string): DeltaAnswer {
    return {
      typeUrl,
      systemVersionInfo,
      resources: [...this.#resources.values()],
      heartbeats: NOTHING,
      removed: [...(this.#removed ?? NOTHING)],
      absentAliases: [...(this.#absent ?? NOTHING)],
      errors: Array.from(this.#errors ?? NOTHING, ([name, detail]) => ({ name, detail })),
    };
  }
}
