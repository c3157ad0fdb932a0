import { nodeHttp } from "@signalbox/base";
import type { TObject } from "typebox";
import type { Operation, ResponseSpec } from "../operation.ts";
import { PROBLEM_SCHEMA } from "../problems/problem-body.ts";
import { isIdempotent, pipelineStatuses } from "../routing/pipeline-statuses.ts";
import type { DocumentSchema, DocumentSchemas } from "./document-schemas.ts";

type AnyOperation = Operation<never>;

/** The Operation Object of one operation. */
export function documentOperation(
  operation: AnyOperation,
  schemas: DocumentSchemas,
): DocumentSchema {
  const { permission, body } = operation;
  const parameters = [
    ...documentParameters(operation.params, "path", schemas),
    ...documentParameters(operation.query, "query", schemas),
    ...documentHeaders(operation),
  ];
  return {
    operationId: operation.id,
    summary: operation.summary,
    ...(operation.description !== undefined && { description: operation.description }),
    tags: [operation.tag],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: schemas.use(body) } },
      },
    }),
    responses: documentResponses(operation, schemas),
    security: permission === "open" ? [] : [{ bearer: [] }, { clientCertificate: [] }],
    "x-permission": permission,
  };
}

function documentParameters(
  object: TObject | undefined,
  place: "path" | "query",
  schemas: DocumentSchemas,
): DocumentSchema[] {
  if (object === undefined) return [];
  const required = new Set<string>(object.required);
  return Object.entries(object.properties).map(([name, property]) => {
    const { description, ...schema } = schemas.use(property);
    return {
      name,
      in: place,
      required: place === "path" || required.has(name),
      ...(description !== undefined && { description }),
      schema,
    };
  });
}

function documentHeaders(operation: AnyOperation): DocumentSchema[] {
  if (!isIdempotent(operation)) return [];
  return [
    {
      name: "Idempotency-Key",
      in: "header",
      required: false,
      description: "Repeating the request with the same key repeats the answer, not the action.",
      schema: { type: "string", minLength: 1, maxLength: 255 },
    },
  ];
}

function documentResponses(operation: AnyOperation, schemas: DocumentSchemas): DocumentSchema {
  const responses: Record<number, DocumentSchema> = {};
  for (const status of pipelineStatuses(operation)) {
    responses[status] = documentResponse(pipelineResponse(status), schemas);
  }
  for (const [status, response] of Object.entries(operation.responses)) {
    responses[Number(status)] = documentResponse(withProblem(Number(status), response), schemas);
  }
  return responses;
}

function pipelineResponse(status: number): ResponseSpec {
  const description = nodeHttp().STATUS_CODES[status] ?? `Status ${status}`;
  return status < 400 ? { description } : { description, schema: PROBLEM_SCHEMA };
}

/** A declared failure without a schema has the error body. */
function withProblem(status: number, response: ResponseSpec): ResponseSpec {
  return status < 400 || response.schema !== undefined
    ? response
    : { ...response, schema: PROBLEM_SCHEMA };
}

function documentResponse(
  { description, schema, contentType }: ResponseSpec,
  schemas: DocumentSchemas,
): DocumentSchema {
  if (schema === undefined && contentType === undefined) return { description };
  const content = schema === undefined ? {} : { schema: schemas.use(schema) };
  return { description, content: { [contentType ?? "application/json"]: content } };
}
