import type { Resource } from "../resource/resource.ts";
import type { DeltaAnswer } from "../wire/answer.ts";

/** An incremental answer in the making: no name twice, none both sent and removed (§2.1 rule 13). */
export class DeltaDraft {
  readonly #resources = new Map<string, Resource>();
  readonly #removed = new Set<string>();
  readonly #absent = new Set<string>();

  get isEmpty(): boolean {
    return this.#resources.size + this.#removed.size + this.#absent.size === 0;
  }

  get resources(): Iterable<Resource> {
    return this.#resources.values();
  }

  add(resource: Resource): void {
    this.#resources.set(resource.name, resource);
    this.#removed.delete(resource.name);
  }

  remove(name: string): void {
    if (!this.#resources.has(name) && !this.#absent.has(name)) this.#removed.add(name);
  }

  absentAlias(name: string): void {
    this.#removed.delete(name);
    this.#absent.add(name);
  }

  answer(typeUrl: string, systemVersionInfo: string): DeltaAnswer {
    return {
      typeUrl,
      systemVersionInfo,
      resources: [...this.#resources.values()],
      heartbeats: [],
      removed: [...this.#removed],
      absentAliases: [...this.#absent],
      errors: [],
    };
  }
}
