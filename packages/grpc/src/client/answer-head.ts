import { fail, ok, type Result } from "@signalbox/base";
import { decodeGrpcMessage } from "../grpc-message.ts";
import { type GrpcStatus, status } from "../grpc-status.ts";
import { Metadata } from "../metadata.ts";
import { isMetadataName } from "../reserved-names.ts";
import { isStatusCode, STATUS, statusOfHttp } from "../status.ts";
import type { ClientOutcome } from "./raw-client-call.ts";

/** What the headers of an answer say. */
export interface AnswerHead {
  readonly httpStatus: number;
  /** Compression of its messages. */
  readonly encoding: string;
  readonly metadata: Metadata;
}

const CONTENT_TYPE = /^application\/grpc(?:$|[+;])/;

/** Reads the headers of an answer; what is no gRPC gets the status of its HTTP status. */
export function parseAnswerHead(raw: readonly string[]): Result<AnswerHead, GrpcStatus> {
  const httpStatus = Number(valueOf(raw, ":status"));
  const contentType = valueOf(raw, "content-type");
  if (contentType === undefined || !CONTENT_TYPE.test(contentType)) {
    const shown = contentType === undefined ? "without content-type" : `of ${contentType}`;
    return fail(status(statusOfHttp(httpStatus), `HTTP status ${httpStatus}, an answer ${shown}`));
  }
  return ok({
    httpStatus,
    encoding: valueOf(raw, "grpc-encoding") ?? "identity",
    metadata: Metadata.fromRaw(raw, isMetadataName),
  });
}

/**
 * Reads how a call ended, from the trailers or from headers that nothing follows.
 *
 * @param httpStatus speaks where `grpc-status` is missing
 */
export function parseAnswerEnd(raw: readonly string[], httpStatus: number): ClientOutcome {
  const text = valueOf(raw, "grpc-status");
  const trailers = Metadata.fromRaw(raw, isTrailerName);
  if (text === undefined) {
    const told = status(statusOfHttp(httpStatus), "the call ended without a grpc-status");
    return { status: told, trailers };
  }
  const code = /^\d{1,3}$/.test(text) ? Number(text) : STATUS.UNKNOWN;
  const message = decodeGrpcMessage(valueOf(raw, "grpc-message") ?? "");
  const details = valueOf(raw, DETAILS);
  return {
    status: {
      code: isStatusCode(code) ? code : STATUS.UNKNOWN,
      message,
      ...(details === undefined ? {} : { details: Buffer.from(details, "base64") }),
    },
    trailers,
  };
}

const DETAILS = "grpc-status-details-bin";

function isTrailerName(name: string): boolean {
  return name !== DETAILS && isMetadataName(name);
}

function valueOf(raw: readonly string[], name: string): string | undefined {
  for (let i = 0; i + 1 < raw.length; i += 2) if (raw[i] === name) return raw[i + 1];
  return undefined;
}
