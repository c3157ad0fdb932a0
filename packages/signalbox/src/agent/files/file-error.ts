import { getSystemErrorMap } from "node:util";
import { GrpcError, STATUS, type StatusCode } from "@signalbox/grpc";

const CODES: Readonly<Record<string, StatusCode>> = {
  ENOENT: STATUS.NOT_FOUND,
  EACCES: STATUS.PERMISSION_DENIED,
  EPERM: STATUS.PERMISSION_DENIED,
};

const TEXTS: ReadonlyMap<string, string> = new Map(getSystemErrorMap().values());

/** `lstat /x: permission denied`: what went wrong, with the path as the caller spelt it. */
export function fileErrorText(error: unknown, path: string): string {
  const { code, syscall } = asSystemError(error);
  const reason = (code === undefined ? undefined : TEXTS.get(code)) ?? "cannot be read";
  return syscall === undefined ? `${path}: ${reason}` : `${syscall} ${path}: ${reason}`;
}

/** The status of a call that could not do without this file (node-api §4.2, Read). */
export function fileError(error: unknown, path: string): GrpcError {
  if (error instanceof GrpcError) return error;
  const code = CODES[asSystemError(error).code ?? ""] ?? STATUS.UNKNOWN;
  return new GrpcError(code, fileErrorText(error, path), { cause: error });
}

function asSystemError(error: unknown): NodeJS.ErrnoException {
  return error instanceof Error ? error : new Error(String(error));
}
