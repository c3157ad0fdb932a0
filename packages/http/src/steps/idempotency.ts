import { createHash } from "node:crypto";
import { Problem } from "@signalbox/base";
import type { IdempotencyStore, KeptAnswer } from "../idempotency/idempotency-store.ts";
import type { Answer } from "../pipeline/exchange.ts";
import type { Work } from "../pipeline/row.ts";

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * A repeated `Idempotency-Key` is answered with what was answered. Keys belong to one principal
 * and one operation. Only good answers are kept: a refused create may be tried again.
 */
export function idempotency(
  store: IdempotencyStore,
): Work<"request" | "route" | "principal" | "deadline" | "bytes", "ticket" | "answer"> {
  return {
    enter: ({ request, route, principal, deadline, bytes }) => {
      const given = request.headers["idempotency-key"];
      if (given === undefined) return { ticket: undefined, answer: undefined };
      if (typeof given !== "string" || !KEY.test(given)) {
        throw new Problem("invalid_request", "Idempotency-Key must be 1 to 255 visible characters");
      }
      const caller = JSON.stringify([principal.subject, principal.actor]);
      const key = JSON.stringify([route.operation.id, given]);
      return deadline
        .race(store.start(caller, key, digestOf(request.url, bytes), deadline.signal))
        .then((start) => {
          if (start.kind === "mismatch") throw mismatch();
          if (start.kind === "first") return { ticket: start.ticket, answer: undefined };
          return { ticket: undefined, answer: replayed(start.answer) };
        });
    },
    leave: ({ ticket, deadline }, { answer }) => {
      if (ticket === undefined) return;
      // Past the deadline the handler may still be at work: its own end releases the ticket.
      if (deadline.expired) return;
      const isKept = answer.status >= 200 && answer.status < 300 && isText(answer.body);
      if (isKept) ticket.keep({ ...answer, body: answer.body ?? "" } as KeptAnswer);
      else ticket.release();
    },
  };
}

function isText(body: Answer["body"]): boolean {
  return body === undefined || typeof body === "string";
}

function mismatch(): Problem {
  return new Problem("idempotency_mismatch", "this Idempotency-Key was used for another request");
}

function replayed(kept: KeptAnswer): Answer {
  return { ...kept, headers: { ...kept.headers, "idempotent-replayed": "true" } };
}

function digestOf(url: string, bytes: Buffer | undefined): string {
  return createHash("sha256")
    .update(url)
    .update("\n")
    .update(bytes ?? "")
    .digest("base64");
}
