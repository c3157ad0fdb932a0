import type { JsonObject } from "@bufbuild/protobuf";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import { fail, type FieldFault, ok, type Result } from "@signalbox/base";
import { anyFromJson, anyToJson, loadRegistry } from "@signalbox/envoy-api/json";
import type { Resource } from "@signalbox/xds";
import {
  checkConsistency,
  type ConsistencyReport,
  envoyReferences,
} from "@signalbox/xds/consistency";
import { findFault } from "./find-fault.ts";
import { isDeeperThan } from "./json-depth.ts";
import { SensitiveFields } from "./sensitive-fields.ts";

/** A resource as it was written, encoded. */
export interface DecodedResource {
  readonly typeUrl: string;
  /** As the message says it; undefined where messages of the type say none. */
  readonly name: string | undefined;
  readonly bytes: Uint8Array;
}

/** Far more than any configuration has; clients themselves stop at 100 messages. */
const MAX_DEPTH = 200;

/** What knows Envoy's messages. */
export interface ResourceCodec {
  /** Reads protobuf JSON with an `@type`. A fault's pointer is relative to `json`. */
  decode(json: JsonObject): Result<DecodedResource, FieldFault>;
  /** Protobuf JSON with an `@type`, every secret blotted out. */
  show(resource: Pick<DecodedResource, "typeUrl" | "bytes">): JsonObject;
  /** What the resources refer to that is not there, and what nothing refers to. */
  check(resources: readonly Resource[]): ConsistencyReport;
}

/** Costs about 20 MB and a third of a second, so: when it is first needed, and once. */
export async function loadResourceCodec(): Promise<ResourceCodec> {
  const registry = await loadRegistry();
  const references = envoyReferences(registry);
  const sensitive = new SensitiveFields(registry);
  return {
    decode: (json) => {
      if (isDeeperThan(json, MAX_DEPTH)) {
        return fail({ pointer: "", detail: `is nested deeper than ${MAX_DEPTH} levels` });
      }
      const read = anyFromJson(registry, json);
      if (!read.ok) {
        const fault = findFault(registry, AnySchema, json, "");
        return fail(fault ?? { pointer: "", detail: read.error });
      }
      if (sensitive.hasRedacted(read.value.typeUrl, json)) {
        return fail({ pointer: "", detail: "a secret in it is redacted; give the secret itself" });
      }
      return ok(read.value);
    },
    show: ({ typeUrl, bytes }) => {
      const shown = anyToJson(registry, { typeUrl, bytes }, { useProtoFieldNames: true });
      return shown.ok ? sensitive.redact(typeUrl, shown.value) : { "@type": typeUrl };
    },
    check: (resources) => checkConsistency(resources, { references }),
  };
}
