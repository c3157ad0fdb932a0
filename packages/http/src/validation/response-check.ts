import { type Log, Problem } from "@signalbox/base";
import type { OperationReply } from "../operation.ts";
import type { MountedOperation } from "../routing/mounted-operation.ts";
import type { SchemaCompiler } from "./schema-compiler.ts";

/**
 * `throw`: an undeclared answer becomes a 500, for tests. `log`: it is logged and sent. `off`:
 * nobody looks. Nothing has been sent yet when this runs, and it never aborts a connection.
 */
export type CheckResponses = "throw" | "log" | "off";

/** Compares answers with what their operation declares. */
export interface ResponseCheck {
  /** @throws Problem `internal` in mode `throw` */
  reply(operation: MountedOperation, reply: OperationReply): void;
  /** Answers the problem to send: in mode `throw`, an undeclared one becomes `internal`. */
  problem(operation: MountedOperation, problem: Problem): Problem;
}

export function createResponseCheck(
  mode: CheckResponses,
  compiler: SchemaCompiler,
  log: Log,
): ResponseCheck {
  if (mode === "off") return { reply: () => {}, problem: (_operation, problem) => problem };
  const report = (operation: MountedOperation, fault: string): Problem | undefined => {
    const err = new Error(`${operation.id} answered what it does not declare: ${fault}`);
    if (mode === "throw") return Problem.from(err);
    log.error({ err, operation: operation.id }, "an answer does not match its declaration");
    return undefined;
  };
  return {
    reply: (operation, reply) => {
      const fault = faultOf(operation, reply, compiler);
      const problem = fault === undefined ? undefined : report(operation, fault);
      if (problem !== undefined) throw problem;
    },
    problem: (operation, problem) => {
      const { status } = problem.row;
      const isDeclared =
        operation.responses[status] !== undefined || operation.pipelineStatuses.has(status);
      if (isDeclared) return problem;
      return report(operation, `${status} ${problem.code}`) ?? problem;
    },
  };
}

function faultOf(
  operation: MountedOperation,
  reply: OperationReply,
  compiler: SchemaCompiler,
): string | undefined {
  const declared = operation.responses[reply.status];
  if (declared === undefined) return `status ${reply.status}`;
  if (reply.events !== undefined || reply.text !== undefined) return undefined;
  const body = reply.items === undefined ? reply.body : [...reply.items];
  if (declared.schema === undefined) return body === undefined ? undefined : "a body";
  // As the caller will see it: undefined members are gone, dates are text.
  const sent: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
  const faults = compiler.compile(declared.schema)(sent);
  return faults?.map(({ pointer, detail }) => `${pointer || "/"} ${detail}`).join("; ");
}
