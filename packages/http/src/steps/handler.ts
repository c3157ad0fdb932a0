import type { IdempotencyTicket } from "../idempotency/idempotency-store.ts";
import type { OperationReply, OperationRequest } from "../operation.ts";
import type { Deadline } from "../pipeline/deadline.ts";
import type { Exchange } from "../pipeline/exchange.ts";
import type { Work } from "../pipeline/row.ts";
import { originOf } from "../transport/origin.ts";
import { parseIfMatch } from "./if-match.ts";
import { withinSpan } from "./trace.ts";

type Needs =
  | "request"
  | "route"
  | "trace"
  | "deadline"
  | "principal"
  | "recheck"
  | "params"
  | "query"
  | "body"
  | "target"
  | "ticket";

/** Runs the operation, under its deadline. */
export function handler(): Work<Needs, "reply"> {
  return {
    enter: (exchange) => {
      const { route, trace, deadline, ticket } = exchange;
      if (deadline.signal.aborted) {
        ticket?.release();
        throw deadline.signal.reason;
      }
      const request = operationRequest(exchange);
      const reply = withinSpan(trace.span, () => route.operation.handle(request));
      if (!(reply instanceof Promise)) return { reply };
      if (ticket !== undefined) releaseWhenLate(reply, deadline, ticket);
      return deadline.race(reply).then((reply) => ({ reply }));
    },
  };
}

/** An answer that comes after the deadline is sent to nobody, so there is nothing to keep. */
function releaseWhenLate(
  work: Promise<OperationReply>,
  deadline: Deadline,
  ticket: IdempotencyTicket,
): void {
  const settle = (): void => {
    if (deadline.expired) ticket.release();
  };
  work.then(settle, settle);
}

function operationRequest(
  exchange: Pick<Exchange, Needs>,
): OperationRequest<Exchange["params"], Exchange["query"], unknown, unknown> {
  const { request, trace, deadline, target } = exchange;
  const lastEventId = request.headers["last-event-id"];
  return {
    params: exchange.params,
    query: exchange.query,
    body: exchange.body,
    target: target?.object,
    principal: exchange.principal,
    recheck: exchange.recheck,
    trace,
    signal: deadline.signal,
    ifMatch: parseIfMatch(request.headers["if-match"]),
    lastEventId: typeof lastEventId === "string" ? lastEventId : undefined,
    origin: originOf(request.caller),
  };
}
