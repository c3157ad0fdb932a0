import type { Resource } from "../resource/resource.ts";
import type { DeltaAnswer } from "../wire/answer.ts";
import type { StatusDetail } from "../wire/status-detail.ts";

/** An incremental answer in the making: no name twice, none both sent and removed (§2.1 rule 13). */
export class DeltaDraft {
  readonly #resources = new Map<string, Resource>();
  readonly #removed = new Set<string>();
  readonly #absent = new Set<string>();
  readonly #errors = new Map<string, StatusDetail>();

  get isEmpty(): boolean {
    const { size } = this.#resources;
    return size + this.#removed.size + this.#absent.size + this.#errors.size === 0;
  }

  get resources(): Iterable<Resource> {
    return this.#resources.values();
  }

  add(resource: Resource): void {
    this.#resources.set(resource.name, resource);
    this.#removed.delete(resource.name);
    this.#errors.delete(resource.name);
  }

  remove(name: string): void {
    if (this.#resources.has(name) || this.#absent.has(name)) return;
    this.#removed.add(name);
    this.#errors.delete(name);
  }

  absentAlias(name: string): void {
    this.#removed.delete(name);
    this.#absent.add(name);
  }

  /** Of a name that is neither sent nor removed. */
  error(name: string, detail: StatusDetail): void {
    if (!this.#resources.has(name) && !this.#removed.has(name)) this.#errors.set(name, detail);
  }

  answer(typeUrl: string, systemVersionInfo: string): DeltaAnswer {
    return {
      typeUrl,
      systemVersionInfo,
      resources: [...this.#resources.values()],
      heartbeats: [],
      removed: [...this.#removed],
      absentAliases: [...this.#absent],
      errors: Array.from(this.#errors, ([name, detail]) => ({ name, detail })),
    };
  }
}
