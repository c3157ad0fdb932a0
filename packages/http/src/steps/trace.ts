import {
  context,
  defaultTextMapGetter,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Random } from "@signalbox/base";
import type { TraceContext } from "../operation.ts";
import type { ArrivedRequest, HeaderFields } from "../pipeline/exchange.ts";
import type { Work } from "../pipeline/row.ts";
import { createTraceIds, type TraceIds } from "./trace-ids.ts";
import { formatTraceparent, parseTraceparent } from "./traceparent.ts";

/** The trace that a request belongs to. */
export interface RequestTrace extends TraceContext {
  /** What the caller named the request, or the trace id. */
  readonly requestId: string;
  /** Present when a tracing provider records this request. */
  readonly span: Span | undefined;
}

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/**
 * Joins the caller's trace, or starts one, and names it on every answer. Ids exist also when no
 * tracing provider is installed.
 */
export function traceRequest(tracer: Tracer, random: Random): Work<"request" | "head", "trace"> {
  const ids = createTraceIds(random);
  return {
    enter: ({ request, head }) => {
      const span = startSpan(tracer, request);
      const context = span === undefined ? inventContext(request, ids) : spanContext(span);
      const given = request.headers["x-request-id"];
      const requestId =
        typeof given === "string" && REQUEST_ID.test(given) ? given : context.traceId;
      announce(head, context.traceparent, requestId);
      return { trace: { ...context, requestId, span } };
    },
    done: ({ trace: { span }, route }, { answer, problem }) => {
      if (span === undefined) return;
      if (route !== undefined) span.updateName(`${route.operation.method} ${route.operation.path}`);
      span.setAttribute("http.response.status_code", answer.status);
      if (answer.status >= 500) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: problem?.code ?? "" });
      }
      span.end();
    },
  };
}

function announce(head: HeaderFields, traceparent: string, requestId: string): void {
  head["traceparent"] = traceparent;
  head["x-request-id"] = requestId;
}

/** A span when a provider is installed and samples; its name must not hold foreign bytes. */
function startSpan(tracer: Tracer, request: ArrivedRequest): Span | undefined {
  const parent = propagation.extract(context.active(), request.headers, defaultTextMapGetter);
  const span = tracer.startSpan(
    request.method,
    { kind: SpanKind.SERVER, attributes: { "http.request.method": request.method } },
    parent,
  );
  return span.isRecording() ? span : undefined;
}

function spanContext(span: Span): TraceContext {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const flags = traceFlags.toString(16).padStart(2, "0");
  return { traceId, spanId, traceparent: formatTraceparent(traceId, spanId, flags) };
}

function inventContext(request: ArrivedRequest, ids: TraceIds): TraceContext {
  const spanId = ids.spanId();
  const given = request.headers["traceparent"];
  const parsed = typeof given === "string" ? parseTraceparent(given) : undefined;
  const traceId = parsed?.ok ? parsed.value.traceId : ids.traceId();
  const flags = parsed?.ok ? parsed.value.flags : "00";
  return { traceId, spanId, traceparent: formatTraceparent(traceId, spanId, flags) };
}

/** Runs `work` inside the request's span, so that spans made below become its children. */
export function withinSpan<T>(span: Span | undefined, work: () => T): T {
  return span === undefined ? work() : context.with(trace.setSpan(context.active(), span), work);
}
