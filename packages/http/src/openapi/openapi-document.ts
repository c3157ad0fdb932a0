import type { Operation } from "../operation.ts";
import { documentOperation } from "./document-operation.ts";
import { createDocumentSchemas, type DocumentSchema } from "./document-schemas.ts";

export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
}

/** An OpenAPI 3.1 document, as far as its readers here need to know it. */
export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: DocumentInfo;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentSchema>>>>;
  readonly components: DocumentSchema;
}

const SECURITY_SCHEMES = {
  bearer: { type: "http", scheme: "bearer", description: "A token of the identity service." },
  clientCertificate: {
    type: "mutualTLS",
    description: "A certificate of a registered system account; `X-Principal` is then required.",
  },
};

/**
 * Writes the document of a set of operations. Everything in it follows from their declarations,
 * the permission too (`x-permission`), and what the pipeline may answer in their stead.
 *
 * @throws Error when two schemas share a title or two operations an id
 */
export function createOpenApiDocument(
  operations: readonly Operation<never>[],
  info: DocumentInfo,
): OpenApiDocument {
  assertUniqueIds(operations);
  const schemas = createDocumentSchemas();
  const paths: Record<string, Record<string, DocumentSchema>> = {};
  for (const operation of operations) {
    const item = (paths[operation.path] ??= {});
    item[operation.method.toLowerCase()] = documentOperation(operation, schemas);
  }
  const tags = [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name }));
  const components = { schemas: schemas.components, securitySchemes: SECURITY_SCHEMES };
  return { openapi: "3.1.0", info, tags, paths, components };
}

function assertUniqueIds(operations: readonly Operation<never>[]): void {
  const seen = new Set<string>();
  for (const { id } of operations) {
    if (seen.has(id)) throw new Error(`two operations have the id ${id}`);
    seen.add(id);
  }
}
