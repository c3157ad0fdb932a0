import { Problem, type ProblemCode } from "@signalbox/base";

/**
 * Exit codes of every command; documented in docs/cli.md, so a number never changes its meaning.
 * From 64 on they follow sysexits.h.
 */
export const EXIT_CODE = {
  ok: 0,
  /** What was asked for cannot be carried out, or `--wait` saw it fail. */
  failed: 1,
  /** The command line is not right, or what it asks for is malformed. */
  usage: 2,
  /** No such resource, or the caller may not know of it. */
  notFound: 3,
  /** Missing or refused credentials, or a permission that the caller lacks. */
  denied: 4,
  /** The present state of the resource does not allow it. */
  conflict: 5,
  /** `--wait` ran out of time. */
  timedOut: 6,
  /** The store is damaged, or not one of ours. */
  storeDamaged: 65,
  /** The daemon cannot be reached. */
  unreachable: 69,
  /** A fault inside. */
  internal: 70,
  /** An address cannot be listened on. */
  listenFailed: 71,
  /** The data directory cannot be written, or its disk is full. */
  dataDirectory: 74,
  /** Another daemon uses the data directory. */
  locked: 75,
  /** The configuration is not valid. */
  config: 78,
  /** Ctrl-C ended a client command; the daemon ends so only when it is told to stop twice. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

const BY_CODE: Partial<Record<ProblemCode, ExitCode>> = {
  invalid_request: EXIT_CODE.usage,
  not_found: EXIT_CODE.notFound,
  unauthenticated: EXIT_CODE.denied,
  forbidden: EXIT_CODE.denied,
  request_timeout: EXIT_CODE.timedOut,
  unavailable: EXIT_CODE.unreachable,
  store_corrupt: EXIT_CODE.storeDamaged,
  store_unavailable: EXIT_CODE.dataDirectory,
  store_full: EXIT_CODE.dataDirectory,
  store_locked: EXIT_CODE.locked,
  listen_failed: EXIT_CODE.listenFailed,
  config_invalid: EXIT_CODE.config,
  internal: EXIT_CODE.internal,
};

/** The exit code that an error ends the command with. */
export function exitCodeOf(error: unknown): ExitCode {
  const problem = Problem.from(error);
  const known = BY_CODE[problem.code];
  if (known !== undefined) return known;
  return problem.row.status === 409 || problem.row.status === 412
    ? EXIT_CODE.conflict
    : EXIT_CODE.failed;
}
