import type { FieldFault, Problem } from "@signalbox/base";
import { type TSchema, Type } from "typebox";

/** The error body of every REST answer (compute-api §4.6). */
export interface ProblemBody {
  readonly error: string;
  readonly error_description: string;
  readonly trace_id: string;
  readonly code: string;
  readonly errors?: readonly FieldFault[];
}

export function problemBody(problem: Problem, traceId: string): ProblemBody {
  const body = {
    error: problem.row.error,
    error_description: problem.message,
    trace_id: traceId,
    code: problem.code,
  };
  return problem.faults.length === 0 ? body : { ...body, errors: problem.faults };
}

/** The same as a schema, for the OpenAPI document and the response check. */
export const PROBLEM_SCHEMA: TSchema = Type.Object(
  {
    error: Type.String({ description: "Coarse code of the contract." }),
    error_description: Type.String({ description: "For the person who reads it." }),
    trace_id: Type.String({ description: "W3C trace id of the request." }),
    code: Type.String({ description: "Fine, stable code that programs act on." }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({
            description: "JSON pointer into the body, or /path/NAME or /query/NAME.",
          }),
          detail: Type.String(),
        }),
        { description: "What is wrong with which field." },
      ),
    ),
  },
  { title: "Problem" },
);
