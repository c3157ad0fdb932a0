import type { TSchema } from "typebox";
import { canonicalUuid } from "./uuid.ts";

/** Copies a value that its schema accepts. */
export type Shaper = (value: unknown) => unknown;

type Properties = Readonly<Record<string, TSchema>>;

/** What JSON schema says about objects, arrays and strings, as far as shaping cares. */
interface SchemaFacts {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Properties;
  readonly items?: TSchema;
  readonly additionalProperties?: unknown;
  readonly patternProperties?: unknown;
}

const asIs: Shaper = (value) => value;

/**
 * Makes a function that copies a valid value: undeclared properties are dropped (compute-api §1.1:
 * they are ignored, so they must not reach the store either), UUIDs become canonical. Unions and
 * free-form parts stay as they are.
 */
export function createShaper(schema: TSchema): Shaper {
  const facts = schema as SchemaFacts;
  if (facts.type === "string" && facts.format === "uuid") {
    return (value) => (typeof value === "string" ? canonicalUuid(value) : value);
  }
  if (facts.type === "array" && facts.items !== undefined) return arrayShaper(facts.items);
  if (facts.type === "object" && facts.properties !== undefined && isClosed(facts)) {
    return objectShaper(facts.properties);
  }
  return asIs;
}

/** Says which further properties it wants: then they are wanted. */
function isClosed(facts: SchemaFacts): boolean {
  const { additionalProperties: additional } = facts;
  return (
    facts.patternProperties === undefined && (additional === undefined || additional === false)
  );
}

function arrayShaper(items: TSchema): Shaper {
  const shape = createShaper(items);
  if (shape === asIs) return asIs;
  return (value) => (Array.isArray(value) ? value.map(shape) : value);
}

function objectShaper(properties: Properties): Shaper {
  const shapers = Object.entries(properties).map(
    ([name, schema]) => [name, createShaper(schema)] as const,
  );
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const given = value as Readonly<Record<string, unknown>>;
    const copy: Record<string, unknown> = {};
    for (const [name, shape] of shapers) {
      if (Object.hasOwn(given, name)) copy[name] = shape(given[name]);
    }
    return copy;
  };
}
