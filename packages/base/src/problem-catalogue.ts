/**
 * One row a problem code: what it is on HTTP, what it is on gRPC, whether asking again can help.
 *
 * `error` is the code of the REST contract (closed list, compute-api §4.6); our own code is finer
 * and is sent beside it as `code`. Clients program on codes, so a code is never renamed.
 */
export interface CatalogueRow {
  /** HTTP status. */
  readonly status: number;
  readonly error: string;
  /** Canonical gRPC status code. */
  readonly grpc: number;
  readonly title: string;
  /** Whether the same request may do better later, or once what it is about has changed. */
  readonly retry: "never" | "later" | "after_change";
}

/** The stable code of a problem. */
export type ProblemCode =
  | "invalid_request"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "not_acceptable"
  | "request_timeout"
  | "payload_too_large"
  | "uri_too_long"
  | "unsupported_media_type"
  | "headers_too_large"
  | "too_many_requests"
  | "conflict"
  | "already_exists"
  | "in_use"
  | "being_deleted"
  | "idempotency_mismatch"
  | "precondition_failed"
  | "unprocessable"
  | "revision_compacted"
  | "reader_too_slow"
  | "store_unavailable"
  | "store_full"
  | "store_corrupt"
  | "store_locked"
  | "provider_unavailable"
  | "provider_unsupported"
  | "no_capacity"
  | "unavailable"
  | "config_invalid"
  | "listen_failed"
  | "internal";

const row = (
  status: number,
  error: string,
  grpc: number,
  title: string,
  retry: CatalogueRow["retry"] = "never",
): CatalogueRow => Object.freeze({ status, error, grpc, title, retry });

/** Every code with its row. */
// biome-ignore format: a table reads best with one row a line
export const PROBLEM_CATALOGUE: Readonly<Record<ProblemCode, CatalogueRow>> = Object.freeze({
  // requests
  invalid_request:        row(400, "invalid_request", 3, "the request is malformed"),
  unauthenticated:        row(401, "access_denied", 16, "credentials are missing or not valid"),
  forbidden:              row(403, "forbidden", 7, "the caller lacks a permission"),
  not_found:              row(404, "not_found", 5, "there is no such resource"),
  method_not_allowed:     row(405, "method_not_allowed", 12, "the path does not support this method"),
  not_acceptable:         row(406, "invalid_request", 3, "no representation fits the Accept header"),
  request_timeout:        row(408, "invalid_request", 4, "the request took too long", "later"),
  payload_too_large:      row(413, "request_entity_too_large", 8, "the request body is too large"),
  uri_too_long:           row(414, "invalid_request", 3, "the request URL is too long"),
  unsupported_media_type: row(415, "unsupported_media_type", 3, "the body is not application/json"),
  headers_too_large:      row(431, "invalid_request", 3, "the request headers are too large"),
  too_many_requests:      row(429, "too_many_requests", 8, "a rate or concurrency limit was reached", "later"),
  // state
  conflict:               row(409, "conflict", 10, "the present state does not allow this", "after_change"),
  already_exists:         row(409, "conflict", 6, "a resource of this name already exists", "after_change"),
  in_use:                 row(409, "conflict", 9, "other resources still refer to this one", "after_change"),
  being_deleted:          row(409, "conflict", 9, "the resource is being deleted"),
  idempotency_mismatch:   row(409, "conflict", 6, "the idempotency key was used for another request"),
  precondition_failed:    row(412, "conflict", 9, "the resource has changed since it was read", "after_change"),
  unprocessable:          row(422, "unprocessable_content", 3, "the request is well formed but cannot be carried out"),
  // the watch and the store
  revision_compacted:     row(410, "not_found", 11, "the revision asked for is no longer kept", "after_change"),
  reader_too_slow:        row(503, "server_error", 8, "the reader fell behind and was cut off", "later"),
  store_unavailable:      row(503, "server_error", 14, "the store cannot be reached or written", "later"),
  store_full:             row(503, "server_error", 8, "the disk that holds the store is full", "after_change"),
  store_corrupt:          row(500, "server_error", 15, "the store's file is damaged or not one of ours"),
  store_locked:           row(500, "server_error", 14, "another process holds the store"),
  // providers
  provider_unavailable:   row(503, "server_error", 14, "the provider cannot be used now", "later"),
  provider_unsupported:   row(422, "unprocessable_content", 12, "the provider cannot do this"),
  no_capacity:            row(503, "server_error", 8, "no capacity is left", "later"),
  // the rest
  unavailable:            row(503, "server_error", 14, "the service is not ready or is stopping", "later"),
  config_invalid:         row(500, "server_error", 9, "the configuration is not valid", "after_change"),
  listen_failed:          row(500, "server_error", 14, "an address cannot be listened on", "after_change"),
  internal:               row(500, "server_error", 13, "an unexpected error"),
});
