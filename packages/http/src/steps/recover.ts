import type { Log } from "@signalbox/base";
import type { Leaving, Rescued, Work } from "../pipeline/row.ts";
import { problemAnswer } from "../problems/problem-answer.ts";
import type { ResponseCheck } from "../validation/response-check.ts";
import { problemOf } from "../problems/problem-of.ts";

/** Turns whatever is thrown below into one error answer; causes go to the log. */
export function recover(log: Log, check: ResponseCheck): Work<never> {
  return {
    rescue: (error, exchange): Rescued => {
      const { route } = exchange;
      const raised = problemOf(error);
      const problem = route === undefined ? raised : check.problem(route.operation, raised);
      if (problem.row.status >= 500) logFailure(log, problem, exchange);
      return { problem, answer: problemAnswer(problem, exchange) };
    },
  };
}

function logFailure(log: Log, err: Error, exchange: Leaving<"request">): void {
  const { request, trace, route } = exchange;
  log.error(
    { err, traceId: trace?.traceId, method: request.method, operation: route?.operation.id },
    "a request failed",
  );
}
