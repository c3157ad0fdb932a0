import type { SotwRequest } from "../../wire/sotw-request.ts";
import { globCovers, parseGlob } from "../../subscription/resource-name.ts";
import type { SeenAnswer } from "./answers.ts";
import { type ClientModel, isPoison } from "./client-model.ts";

interface TypeView {
  readonly names: Set<string>;
  isLegacy: boolean;
  isRequested: boolean;
  version: string;
  nonce: string;
  readonly view: Map<string, string>;
}

/** A state-of-the-world client. */
export class SotwClient implements ClientModel {
  readonly #types = new Map<string, TypeView>();
  readonly #isFullState: (typeUrl: string) => boolean;
  readonly #send: (request: SotwRequest) => void;

  constructor(isFullState: (typeUrl: string) => boolean, send: (request: SotwRequest) => void) {
    this.#isFullState = isFullState;
    this.#send = send;
  }

  subscribe(typeUrl: string, name: string): void {
    const type = this.#type(typeUrl);
    if (type.names.has(name)) return;
    if (type.isLegacy) type.names.add("*");
    type.isLegacy = false;
    type.names.add(name);
    this.#request(typeUrl);
  }

  unsubscribe(typeUrl: string, name: string): void {
    const type = this.#type(typeUrl);
    if (!type.names.delete(name)) return;
    this.#forgetUnwanted(typeUrl);
    this.#request(typeUrl);
  }

  resubscribe(typeUrl: string, name: string): void {
    if (!this.#type(typeUrl).names.has(name)) return;
    this.unsubscribe(typeUrl, name);
    this.subscribe(typeUrl, name);
  }

  subscribeLegacy(typeUrl: string): void {
    const type = this.#type(typeUrl);
    if (type.isRequested) return;
    type.isLegacy = true;
    this.#request(typeUrl);
  }

  receive({ typeUrl, version, nonce, resources }: SeenAnswer): void {
    const type = this.#type(typeUrl);
    const before = new Map(type.view);
    if (this.#isFullState(typeUrl)) type.view.clear();
    let isRefused = false;
    for (const { name, content } of resources) {
      if (!this.wants(typeUrl, name) || content === undefined) continue;
      const old = before.get(name);
      isRefused ||= isPoison(content);
      if (!isPoison(content)) type.view.set(name, content);
      else if (old !== undefined) type.view.set(name, old);
    }
    type.nonce = nonce;
    if (!isRefused) type.version = version;
    this.#request(typeUrl, isRefused);
  }

  reconnected(keepsState: boolean): void {
    for (const [typeUrl, type] of this.#types) {
      type.nonce = "";
      type.isRequested = false;
      if (!keepsState) {
        type.version = "";
        type.view.clear();
      }
      if (type.names.size > 0 || type.isLegacy) this.#request(typeUrl);
    }
  }

  wants(typeUrl: string, name: string): boolean {
    const { names, isLegacy } = this.#type(typeUrl);
    if (isLegacy || names.has("*") || names.has(name)) return true;
    return Array.from(names).some((held) => isGlobOf(held, name));
  }

  names(typeUrl: string): ReadonlySet<string> {
    return this.#type(typeUrl).names;
  }

  view(typeUrl: string): ReadonlyMap<string, string> {
    return this.#type(typeUrl).view;
  }

  absent(): ReadonlySet<string> {
    return new Set();
  }

  #forgetUnwanted(typeUrl: string): void {
    const { view } = this.#type(typeUrl);
    for (const name of view.keys()) if (!this.wants(typeUrl, name)) view.delete(name);
  }

  #request(typeUrl: string, isRefused = false): void {
    const type = this.#type(typeUrl);
    type.isRequested = true;
    this.#send({
      node: undefined,
      typeUrl,
      versionInfo: type.version,
      resourceNames: [...type.names],
      responseNonce: type.nonce,
      errorDetail: isRefused ? { code: 13, message: "poison" } : undefined,
    });
  }

  #type(typeUrl: string): TypeView {
    let type = this.#types.get(typeUrl);
    if (type === undefined) {
      type = {
        names: new Set(),
        isLegacy: false,
        isRequested: false,
        version: "",
        nonce: "",
        view: new Map(),
      };
      this.#types.set(typeUrl, type);
    }
    return type;
  }
}

/** Whether `held` is a glob that covers `name`. */
export function isGlobOf(held: string, name: string): boolean {
  const glob = parseGlob(held);
  return glob !== undefined && globCovers(glob, name);
}
