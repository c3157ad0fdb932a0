import type { TSchema } from "typebox";

/** A JSON schema as it stands in the document. */
export type DocumentSchema = Readonly<Record<string, unknown>>;

/** Gathers the schemas of a document: titled ones become components, written once. */
export interface DocumentSchemas {
  /** What to write where the schema is used: a reference, or the schema itself. */
  use(schema: TSchema): DocumentSchema;
  readonly components: Readonly<Record<string, DocumentSchema>>;
}

const COMPONENT_NAME = /^[A-Za-z0-9._-]+$/;

/** @throws Error from `use` when two different schemas have the same title */
export function createDocumentSchemas(): DocumentSchemas {
  const components: Record<string, DocumentSchema> = {};

  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert);
    if (typeof value !== "object" || value === null) return value;
    const schema = mapValues(value as DocumentSchema, convert);
    const { title } = schema;
    if (typeof title !== "string" || !COMPONENT_NAME.test(title)) return schema;
    const known = components[title];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`two different schemas have the title ${title}`);
    }
    components[title] = schema;
    return { $ref: `#/components/schemas/${title}` };
  };

  return {
    // Through text, so that what TypeBox keeps beside the schema stays behind.
    use: (schema) => convert(JSON.parse(JSON.stringify(schema))) as DocumentSchema,
    components,
  };
}

function mapValues(
  record: DocumentSchema,
  convert: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value)]));
}
