import { hash } from "node:crypto";
import type { Registry } from "@bufbuild/protobuf";
import { anyToJson } from "@signalbox/envoy-api/json";
import { GrpcError, STATUS } from "@signalbox/grpc";
import type { Resource } from "../resource/resource.ts";
import type { SotwAnswer } from "../wire/answer.ts";
import { ANY_WRAPPER_TYPE } from "../wire/resource-wrapper.ts";

/** Bytes of bodies that are kept for further polls. */
const MAX_KEPT_BYTES = 16 << 20;

/**
 * Answers as JSON. What is costly, the JSON of a resource, is made once for each resource, as long
 * as it is served; whole bodies are kept for the polls that come at the same time.
 */
export class JsonAnswers {
  readonly #registry: Registry;
  readonly #controlPlane: string | undefined;
  readonly #resources = new WeakMap<Resource, string>();
  /** The one that was asked for last comes last. */
  readonly #bodies = new Map<string, Buffer>();
  #keptBytes = 0;

  constructor(registry: Registry, controlPlane: string | undefined) {
    this.#registry = registry;
    this.#controlPlane = controlPlane;
  }

  /** @throws GrpcError when a resource holds a message that the registry does not know */
  encode(answer: SotwAnswer): Buffer {
    const key = keyOf(answer);
    const known = this.#bodies.get(key);
    if (known !== undefined) {
      this.#bodies.delete(key);
      this.#bodies.set(key, known);
      return known;
    }
    const body = this.#body(answer);
    this.#keep(key, body);
    return body;
  }

  #keep(key: string, body: Buffer): void {
    this.#bodies.set(key, body);
    this.#keptBytes += body.length;
    for (const [oldest, { length }] of this.#bodies) {
      if (this.#keptBytes <= MAX_KEPT_BYTES) break;
      this.#bodies.delete(oldest);
      this.#keptBytes -= length;
    }
  }

  #body(answer: SotwAnswer): Buffer {
    const { versionInfo, typeUrl, resources } = answer;
    const head = JSON.stringify({
      version_info: versionInfo,
      type_url: typeUrl,
      ...(this.#controlPlane ? { control_plane: { identifier: this.#controlPlane } } : {}),
    });
    const list = resources.map((resource) => this.#listed(answer, resource));
    return Buffer.from(`${head.slice(0, -1)},"resources":[${list.join(",")}]}`);
  }

  /** Resources with a time to live are wrapped here, too (xds §2.9). */
  #listed({ isWrapped }: SotwAnswer, resource: Resource): string {
    const json = this.#any(resource);
    const { name, ttlMs, aliases } = resource;
    if (!isWrapped || ttlMs === undefined) return json;
    const head = JSON.stringify({
      "@type": ANY_WRAPPER_TYPE,
      name,
      ...(aliases.length > 0 ? { aliases } : {}),
      ttl: `${ttlMs / 1000}s`,
    });
    return `${head.slice(0, -1)},"resource":${json}}`;
  }

  #any(resource: Resource): string {
    const known = this.#resources.get(resource);
    if (known !== undefined) return known;
    const json = anyToJson(this.#registry, resource, { useProtoFieldNames: true });
    if (!json.ok) {
      const text = `the resource ${resource.name} cannot be written as JSON`;
      throw new GrpcError(STATUS.INTERNAL, text, { cause: json.error });
    }
    const text = JSON.stringify(json.value);
    this.#resources.set(resource, text);
    return text;
  }
}

/** Equal keys are equal bodies: the version of a resource is one of its name and content. */
function keyOf({ typeUrl, versionInfo, isWrapped, resources }: SotwAnswer): string {
  const versions = resources.map(({ version }) => version).join("");
  return hash("sha256", [typeUrl, versionInfo, isWrapped, versions].join("\n"));
}
