import type { FieldFault } from "@signalbox/base";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { fullFormats } from "ajv-formats/dist/formats.js";
import type { TSchema } from "typebox";
import { isUuid } from "./uuid.ts";

/** Answers what is wrong with a value, or `undefined` when it fits. The value is left as it is. */
export type Validator = (value: unknown) => readonly FieldFault[] | undefined;

/** Makes validators of schemas, one each. */
export interface SchemaCompiler {
  /**
   * The schema is checked now and compiled when the first value comes: most of a server's
   * hundred operations are not called soon, and compiling them all is a third of its start.
   *
   * @returns a validator whose first call throws what only compiling finds: a keyword or a format
   *   that nobody knows, a reference that leads nowhere
   * @throws Error when the schema itself is not valid
   */
  compile(schema: TSchema): Validator;
}

/** More than this many faults help nobody. */
const MAX_FAULTS = 20;

const STANDARD_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Formats that schemas may name. `byte` is standard base64 alone, as decoders take it (§1.1). */
const FORMATS = {
  ...fullFormats,
  uuid: isUuid,
  byte: (text: string) => STANDARD_BASE64.test(text),
};

/** Holds schemas against the schema of schemas, which takes long to compile; keeps none of them. */
const SCHEMA_CHECK = createAjv(false);

/**
 * Schemas that read alike share a validator; what was compiled is kept as long as the compiler is.
 *
 * @example
 * ```ts
 * const schemas = createSchemaCompiler();
 * const servers = [first, second].map((options) => createHttpServer({ ...options, schemas }));
 * ```
 */
export function createSchemaCompiler(): SchemaCompiler {
  const first = createAjv(false);
  const all = createAjv(true);
  const known = new Map<string, Validator>();
  return {
    compile: (schema) => {
      const text = JSON.stringify(schema);
      const compiled = known.get(text);
      if (compiled !== undefined) return compiled;
      const fresh = createValidator(schema, first, all);
      known.set(text, fresh);
      return fresh;
    },
  };
}

function createAjv(allErrors: boolean): Ajv {
  return new Ajv({
    allErrors,
    strictTypes: false,
    strictTuples: false,
    formats: FORMATS,
    keywords: ["example"],
    addUsedSchema: false,
    // `SCHEMA_CHECK` has done it.
    validateSchema: false,
  });
}

/** Good values meet the fast validator only; the one that lists every fault is made at need. */
function createValidator(schema: TSchema, first: Ajv, all: Ajv): Validator {
  void SCHEMA_CHECK.validateSchema(schema, true);
  let check: ValidateFunction | undefined;
  let explain: ValidateFunction | undefined;
  return (value) => {
    check ??= first.compile(schema);
    if (check(value)) return undefined;
    explain ??= all.compile(schema);
    explain(value);
    return toFaults(explain.errors ?? check.errors ?? []);
  };
}

function toFaults(errors: readonly ErrorObject[]): FieldFault[] {
  const faults = new Map<string, FieldFault>();
  for (const error of errors) {
    const pointer = pointerOf(error);
    // Branches of a union say less than the union itself, which comes last for its pointer.
    if (faults.size < MAX_FAULTS || faults.has(pointer)) {
      faults.set(pointer, { pointer, detail: describe(error) });
    }
  }
  return [...faults.values()];
}

function pointerOf(error: ErrorObject): string {
  if (error.keyword !== "required") return error.instancePath;
  return `${error.instancePath}/${escapePointer(String(error.params["missingProperty"]))}`;
}

/** One segment of a JSON pointer (RFC 6901 §3). */
export function escapePointer(segment: string): string {
  return segment.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** Speaks of the schema alone; the value that was sent is never repeated. */
function describe(error: ErrorObject): string {
  switch (error.keyword) {
    case "required":
      return "is required";
    case "enum":
      return `must be one of ${(error.params["allowedValues"] as readonly unknown[]).join(", ")}`;
    case "anyOf":
    case "oneOf":
      return "must have one of the allowed forms";
    default:
      return error.message ?? "is not valid";
  }
}
