import type { IncomingHttpHeaders } from "node:http";
import { type Registry, toJson } from "@bufbuild/protobuf";
import {
  ClientStatusRequestSchema,
  ClientStatusResponseSchema,
} from "@signalbox/envoy-api/envoy/service/status/v3/csds_pb.js";
import { type Peer, STATUS } from "@signalbox/grpc";
import {
  AFTER,
  type ClientStatusPage,
  type ClientStatusService,
  NEXT,
  parseAfter,
} from "../client-status/client-status-service.ts";
import { decodeJson } from "./decode-json-request.ts";
import { HttpFault } from "./http-fault.ts";

/** A body, and headers besides those of every answer. */
export interface RestAnswer {
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * `ClientStatusResponse` as JSON; pages by headers as the gRPC variant has them by metadata.
 *
 * @throws HttpFault and GrpcError for what the client did wrong
 */
export function clientStatusAnswer(
  service: ClientStatusService,
  registry: Registry,
  body: Buffer,
  { headers, asker }: { readonly headers: IncomingHttpHeaders; readonly asker: Peer },
): RestAnswer {
  const request = decodeJson(ClientStatusRequestSchema, body, registry);
  if (!request.ok) throw new HttpFault(400, STATUS.INVALID_ARGUMENT, request.error);
  const after = headers[AFTER];
  const { response, next }: ClientStatusPage =
    after === undefined
      ? { response: service.answer(request.value, asker), next: undefined }
      : service.page(request.value, asker, parseAfter(String(after)));
  const json = toJson(ClientStatusResponseSchema, response, { registry, useProtoFieldName: true });
  return {
    body: Buffer.from(JSON.stringify(json)),
    ...(next === undefined ? {} : { headers: { [NEXT]: String(next) } }),
  };
}
