import { type FieldFault, fail, ok, type Result } from "@signalbox/base";
import type { TObject, TSchema } from "typebox";
import { decodeElement } from "./decode-element.ts";
import { escapePointer, type SchemaCompiler } from "./schema-compiler.ts";
import { createShaper } from "./shape.ts";

/** Reads a query string, given without `?` and still encoded. */
export type QueryReader = (
  search: string,
) => Result<Readonly<Record<string, unknown>>, readonly FieldFault[]>;

/** How one parameter's text becomes a value; a text that does not fit is left to the validator. */
type Convert = (text: string) => unknown;

interface Parameter {
  readonly repeatable: boolean;
  readonly convert: Convert;
}

/**
 * Makes the reader of one operation's query. Parameters that the schema does not name are ignored;
 * lists come as repeated parameters; a single-valued parameter may come once.
 */
export function createQueryReader(
  schema: TObject | undefined,
  compiler: SchemaCompiler,
): QueryReader {
  if (schema === undefined) return () => ok({});
  const validate = compiler.compile(schema);
  const shape = createShaper(schema);
  const parameters = new Map(
    Object.entries(schema.properties).map(([name, property]) => [name, parameterOf(property)]),
  );
  return (search) => {
    const collected = collect(search, parameters);
    if (!collected.ok) return collected;
    const faults = validate(collected.value);
    if (faults !== undefined) {
      return fail(faults.map(({ pointer, detail }) => ({ pointer: `/query${pointer}`, detail })));
    }
    return ok(shape(collected.value) as Readonly<Record<string, unknown>>);
  };
}

function collect(
  search: string,
  parameters: ReadonlyMap<string, Parameter>,
): Result<Record<string, unknown>, readonly FieldFault[]> {
  const values: Record<string, unknown> = {};
  if (search === "") return ok(values);
  for (const pair of search.split("&")) {
    const equals = pair.indexOf("=");
    const name = decodeFormElement(equals < 0 ? pair : pair.slice(0, equals));
    const parameter = name.ok ? parameters.get(name.value) : undefined;
    if (!name.ok || parameter === undefined) continue;
    const text = decodeFormElement(equals < 0 ? "" : pair.slice(equals + 1));
    if (!text.ok) return fail([fault(name.value, text.error)]);
    const value = parameter.convert(text.value);
    const before = values[name.value];
    if (Array.isArray(before)) before.push(value);
    else if (before !== undefined) return fail([fault(name.value, "may be given only once")]);
    else values[name.value] = parameter.repeatable ? [value] : value;
  }
  return ok(values);
}

function decodeFormElement(text: string): Result<string> {
  return decodeElement(text.includes("+") ? text.replaceAll("+", " ") : text);
}

function fault(name: string, detail: string): FieldFault {
  return { pointer: `/query/${escapePointer(name)}`, detail };
}

/** As far as a query parameter's schema matters here. */
interface ParameterFacts {
  readonly type?: string;
  readonly items?: { readonly type?: string };
}

function parameterOf(schema: TSchema): Parameter {
  const { type, items }: ParameterFacts = schema;
  if (type === "array") return { repeatable: true, convert: converterOf(items?.type) };
  return { repeatable: false, convert: converterOf(type) };
}

function converterOf(type: string | undefined): Convert {
  if (type === "integer") return (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text);
  if (type === "number") {
    return (text) => (/^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : text);
  }
  if (type === "boolean")
    return (text) => (text === "true" ? true : text === "false" ? false : text);
  return (text) => text;
}
