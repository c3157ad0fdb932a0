import { type FieldFault, fail, ok, type Result } from "@signalbox/base";
import type { TSchema } from "typebox";
import { parseJsonBody } from "./json-body.ts";
import type { SchemaCompiler } from "./schema-compiler.ts";
import { createShaper } from "./shape.ts";

export interface BodyFault {
  readonly detail: string;
  readonly faults: readonly FieldFault[];
}

/** Reads the bytes of one operation's body into what its handler expects. */
export type BodyReader = (bytes: Buffer | undefined) => Result<unknown, BodyFault>;

export function createBodyReader(schema: TSchema, compiler: SchemaCompiler): BodyReader {
  const validate = compiler.compile(schema);
  const shape = createShaper(schema);
  return (bytes) => {
    if (bytes === undefined || bytes.length === 0) {
      return fail({ detail: "the request needs a body", faults: [] });
    }
    const parsed = parseJsonBody(bytes);
    if (!parsed.ok) return fail({ detail: parsed.error, faults: [] });
    const faults = validate(parsed.value);
    if (faults !== undefined) return fail({ detail: "the body is not valid", faults });
    return ok(shape(parsed.value));
  };
}
