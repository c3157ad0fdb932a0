/** Names of status codes as Go's gRPC prints them, which callers of this API match on. */
const NAMES: readonly string[] = [
  "OK",
  "Canceled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
  "DataLoss",
  "Unauthenticated",
];

/** `NotFound` for 5; `Code(42)` for a number that gRPC does not know. */
export function codeName(code: number): string {
  return NAMES[code] ?? `Code(${code})`;
}
