import { GrpcError, STATUS, type StatusCode } from "@signalbox/grpc";

/** Why a request is not served: an HTTP status, and the `google.rpc.Status` that goes with it. */
export class HttpFault extends Error {
  override readonly name = "HttpFault";
  readonly httpStatus: number;
  readonly code: StatusCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    httpStatus: number,
    code: StatusCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.httpStatus = httpStatus;
    this.code = code;
    this.headers = headers;
  }

  /** What callbacks and limits throw, in terms of HTTP; what is unexpected is told to nobody. */
  static from(error: unknown): HttpFault {
    if (error instanceof HttpFault) return error;
    const { code, message } = GrpcError.from(error);
    return new HttpFault(HTTP_STATUS.get(code) ?? 500, code, message);
  }
}

const HTTP_STATUS: ReadonlyMap<StatusCode, number> = new Map([
  [STATUS.INVALID_ARGUMENT, 400],
  [STATUS.UNAUTHENTICATED, 401],
  [STATUS.PERMISSION_DENIED, 403],
  [STATUS.NOT_FOUND, 404],
  [STATUS.RESOURCE_EXHAUSTED, 429],
  [STATUS.UNAVAILABLE, 503],
]);
