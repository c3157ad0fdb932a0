import type { DeltaRequest } from "../../wire/delta-request.ts";
import type { SeenAnswer } from "./answers.ts";
import { type ClientModel, isPoison } from "./client-model.ts";
import { isGlobOf } from "./sotw-client.ts";

interface Held {
  readonly content: string;
  readonly version: string;
}

interface TypeView {
  readonly names: Set<string>;
  isWildcard: boolean;
  isLegacy: boolean;
  isRequested: boolean;
  readonly held: Map<string, Held>;
  readonly absent: Set<string>;
}

/** An incremental client. */
export class DeltaClient implements ClientModel {
  readonly #types = new Map<string, TypeView>();
  readonly #send: (request: DeltaRequest) => void;

  constructor(send: (request: DeltaRequest) => void) {
    this.#send = send;
  }

  subscribe(typeUrl: string, name: string): void {
    const type = this.#type(typeUrl);
    type.isLegacy = false;
    if (name === "*") {
      if (type.isWildcard) return;
      type.isWildcard = true;
    } else {
      if (type.names.has(name)) return;
      type.names.add(name);
    }
    this.#request(typeUrl, { subscribe: [name] });
  }

  unsubscribe(typeUrl: string, name: string): void {
    const type = this.#type(typeUrl);
    if (name === "*") {
      if (!type.isWildcard || type.isLegacy) return;
      type.isWildcard = false;
    } else if (!type.names.delete(name)) return;
    for (const held of type.held.keys()) if (!this.wants(typeUrl, held)) type.held.delete(held);
    type.absent.delete(name);
    this.#request(typeUrl, { unsubscribe: [name] });
  }

  resubscribe(typeUrl: string, name: string): void {
    const type = this.#type(typeUrl);
    if (!type.names.has(name)) return;
    for (const held of type.held.keys()) {
      if (held === name || isGlobOf(name, held)) type.held.delete(held);
    }
    type.absent.delete(name);
    this.#request(typeUrl, { subscribe: [name] });
  }

  subscribeLegacy(typeUrl: string): void {
    const type = this.#type(typeUrl);
    if (type.isRequested) return;
    type.isLegacy = true;
    type.isWildcard = true;
    this.#request(typeUrl, {});
  }

  receive({ typeUrl, nonce, resources, removed }: SeenAnswer): void {
    const type = this.#type(typeUrl);
    let isRefused = false;
    for (const { name, content, version } of resources) {
      if (!this.wants(typeUrl, name) || content === undefined) continue;
      type.absent.delete(name);
      isRefused ||= isPoison(content);
      if (!isPoison(content)) type.held.set(name, { content, version });
    }
    for (const name of removed) {
      type.held.delete(name);
      if (type.names.has(name)) type.absent.add(name);
    }
    const errorDetail = isRefused ? { code: 13, message: "poison" } : undefined;
    this.#request(typeUrl, { responseNonce: nonce, errorDetail });
  }

  reconnected(keepsState: boolean): void {
    for (const [typeUrl, type] of this.#types) {
      type.isRequested = false;
      type.absent.clear();
      if (!keepsState) type.held.clear();
      if (type.names.size === 0 && !type.isWildcard) continue;
      const isExplicit = type.isWildcard && !type.isLegacy;
      const subscribe = [...(isExplicit ? ["*"] : []), ...type.names];
      const versions = Array.from(type.held, ([name, { version }]) => [name, version] as const);
      this.#request(typeUrl, { subscribe, initialVersions: new Map(versions) });
    }
  }

  wants(typeUrl: string, name: string): boolean {
    const { names, isWildcard } = this.#type(typeUrl);
    return isWildcard || names.has(name) || Array.from(names).some((held) => isGlobOf(held, name));
  }

  names(typeUrl: string): ReadonlySet<string> {
    return this.#type(typeUrl).names;
  }

  view(typeUrl: string): ReadonlyMap<string, string> {
    return new Map(Array.from(this.#type(typeUrl).held, ([name, { content }]) => [name, content]));
  }

  absent(typeUrl: string): ReadonlySet<string> {
    return this.#type(typeUrl).absent;
  }

  #request(typeUrl: string, request: Partial<DeltaRequest>): void {
    this.#type(typeUrl).isRequested = true;
    this.#send({
      node: undefined,
      subscribe: [],
      unsubscribe: [],
      initialVersions: new Map(),
      responseNonce: "",
      errorDetail: undefined,
      ...request,
      typeUrl,
    });
  }

  #type(typeUrl: string): TypeView {
    let type = this.#types.get(typeUrl);
    if (type === undefined) {
      type = {
        names: new Set(),
        isWildcard: false,
        isLegacy: false,
        isRequested: false,
        held: new Map(),
        absent: new Set(),
      };
      this.#types.set(typeUrl, type);
    }
    return type;
  }
}
