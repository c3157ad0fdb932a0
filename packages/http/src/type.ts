import type { TSchema, TString, Type as TypeBox } from "typebox";

type Options = Readonly<Record<string, unknown>>;

/** The builders of TypeBox that schemas of operations are made with. */
type Builders = Pick<
  typeof TypeBox,
  | "Array"
  | "Boolean"
  | "Enum"
  | "Integer"
  | "Literal"
  | "Number"
  | "Object"
  | "Optional"
  | "String"
  | "Union"
  | "Unknown"
> & {
  /** Of the schema of names its `pattern` counts alone, as with TypeBox. */
  Record<V extends TSchema>(names: TString, values: V, options?: Options): RecordOf<V>;
};
type RecordOf<V extends TSchema> = ReturnType<typeof TypeBox.Record<TString, V>>;

/** TypeBox's own mark of a property that may be absent; hidden, so no document shows it. */
const OPTIONAL = "~optional";

const builders = {
  Array: (items: TSchema, options?: Options) => ({ type: "array", items, ...options }),
  Boolean: (options?: Options) => ({ type: "boolean", ...options }),
  Enum: (values: readonly unknown[], options?: Options) => ({ enum: values, ...options }),
  Integer: (options?: Options) => ({ type: "integer", ...options }),
  Literal: (value: unknown, options?: Options) => ({
    type: typeof value,
    const: value,
    ...options,
  }),
  Number: (options?: Options) => ({ type: "number", ...options }),
  Object: (properties: Readonly<Record<string, TSchema>>, options?: Options) => ({
    type: "object",
    ...requiredOf(properties),
    properties,
    ...options,
  }),
  Optional: (schema: TSchema) => Object.defineProperty({ ...schema }, OPTIONAL, { value: true }),
  Record: ({ pattern = "^.*$" }: Options, values: TSchema, options?: Options) => ({
    type: "object",
    patternProperties: { [String(pattern)]: values },
    ...options,
  }),
  String: (options?: Options) => ({ type: "string", ...options }),
  Union: (anyOf: readonly TSchema[], options?: Options) => ({ anyOf, ...options }),
  Unknown: (options?: Options) => ({ ...options }),
};

/**
 * Builds schemas as TypeBox's `Type` does, with its types, and JSON Schema is all that they are.
 * TypeBox's own is four hundred modules: loading them is a tenth of what a daemon takes to start.
 */
export const Type: Builders = builders as unknown as Builders;

function requiredOf(properties: Readonly<Record<string, TSchema>>): Options {
  const required = Object.keys(properties).filter(
    (name) => !(OPTIONAL in (properties[name] ?? {})),
  );
  return required.length === 0 ? {} : { required };
}
