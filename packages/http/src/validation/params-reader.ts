import { type FieldFault, fail, ok, type Result } from "@signalbox/base";
import type { TObject } from "typebox";
import { isParameter } from "../routing/router.ts";
import { decodeElement } from "./decode-element.ts";
import { escapePointer, type SchemaCompiler } from "./schema-compiler.ts";
import { createShaper } from "./shape.ts";

/** Reads the path's parameters, given in the order of the template and still encoded. */
export type ParamsReader = (
  rawParams: readonly string[],
) => Result<Readonly<Record<string, unknown>>, readonly FieldFault[]>;

/** @throws Error when the schema does not declare exactly the parameters of the path */
export function createParamsReader(
  path: string,
  schema: TObject | undefined,
  compiler: SchemaCompiler,
): ParamsReader {
  const names = path
    .split("/")
    .filter(isParameter)
    .map((segment) => segment.slice(1, -1));
  assertDeclared(path, names, Object.keys(schema?.properties ?? {}));
  if (schema === undefined) return () => ok({});
  const validate = compiler.compile(schema);
  const shape = createShaper(schema);
  return (rawParams) => {
    const params: Record<string, string> = {};
    for (const [index, name] of names.entries()) {
      const decoded = decodeElement(rawParams[index] ?? "");
      if (!decoded.ok) return fail([fault(name, decoded.error)]);
      if (decoded.value === "") return fail([fault(name, "must not be empty")]);
      params[name] = decoded.value;
    }
    const faults = validate(params);
    if (faults !== undefined) {
      return fail(faults.map(({ pointer, detail }) => ({ pointer: `/path${pointer}`, detail })));
    }
    return ok(shape(params) as Readonly<Record<string, unknown>>);
  };
}

function fault(name: string, detail: string): FieldFault {
  return { pointer: `/path/${escapePointer(name)}`, detail };
}

function assertDeclared(
  path: string,
  inPath: readonly string[],
  declared: readonly string[],
): void {
  if ([...inPath].sort().join() === [...declared].sort().join()) return;
  throw new Error(
    `${path} names the parameters [${inPath.join(", ")}], its schema [${declared.join(", ")}]`,
  );
}
