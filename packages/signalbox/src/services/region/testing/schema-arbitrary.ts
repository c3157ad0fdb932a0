import { anyText } from "@signalbox/testing";
import fc from "fast-check";
import type { TSchema } from "typebox";

/** The parts of JSON schema that our schemas use. */
interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly TSchema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly items?: TSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly examples?: readonly unknown[];
}

/** Values that a field of this name is likely to accept, so that requests get far. */
export type Likely = (name: string) => readonly string[];

/**
 * Values that mostly fit the schema, and now and then do not. Text comes out of what is likely for
 * the field's name, so that requests find what earlier ones made.
 */
export function schemaArbitrary(schema: TSchema, likely: Likely, name = ""): fc.Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: fittingArbitrary(schema as JsonSchema, likely, name), weight: 120 },
    { arbitrary: fc.anything({ maxDepth: 1, withBigInt: false }), weight: 1 },
  );
}

function fittingArbitrary(schema: JsonSchema, likely: Likely, name: string): fc.Arbitrary<unknown> {
  if (schema.examples !== undefined) return fc.constantFrom(...schema.examples);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) {
    return fc.oneof(...schema.anyOf.map((each) => schemaArbitrary(each, likely, name)));
  }
  switch (schema.type) {
    case "object":
      return objectArbitrary(schema, likely);
    case "array":
      return fc.array(schemaArbitrary(schema.items ?? {}, likely, name), { maxLength: 2 });
    case "integer":
      return integerArbitrary(schema);
    case "boolean":
      return fc.boolean();
    default:
      return textArbitrary(schema, likely, name);
  }
}

function objectArbitrary(
  { properties, required = [], patternProperties = {} }: JsonSchema,
  likely: Likely,
): fc.Arbitrary<unknown> {
  if (properties === undefined) {
    const [value] = Object.values(patternProperties);
    return fc.dictionary(fc.string({ maxLength: 5 }), schemaArbitrary(value ?? {}, likely), {
      maxKeys: 3,
    });
  }
  const members = Object.entries(properties).map(
    ([name, schema]) => [name, schemaArbitrary(schema, likely, name)] as const,
  );
  // Half of them bare: what is optional makes most of what is wrong.
  const full = fc.record(Object.fromEntries(members), { requiredKeys: [...required] });
  const needed = Object.fromEntries(members.filter(([name]) => required.includes(name)));
  return fc.oneof(fc.record(needed), full);
}

function integerArbitrary({ minimum = -5, maximum = 50 }: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: fc.integer({ min: minimum, max: maximum }), weight: 8 },
    { arbitrary: fc.constantFrom(minimum - 1, maximum + 1, 0.5, 1e300), weight: 1 },
  );
}

function textArbitrary(
  { format, pattern }: JsonSchema,
  likely: Likely,
  name: string,
): fc.Arbitrary<unknown> {
  // Drawn late: what is likely grows while requests are made.
  const known = fc.nat().map((n) => {
    const values = likely(name);
    return values[n % values.length] ?? "";
  });
  const unlikely = [format === "uuid" ? fc.uuid() : anyText({ maxLength: 20 })];
  if (pattern !== undefined) unlikely.push(fc.stringMatching(new RegExp(pattern)));
  return fc.oneof(
    { arbitrary: known, weight: 80 },
    ...unlikely.map((arbitrary) => ({ arbitrary, weight: 1 })),
  );
}
