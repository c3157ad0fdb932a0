import { Problem } from "@signalbox/base";

/** The one clear error for an address that cannot be bound. */
export function listenProblem(name: string, address: string, error: unknown): Problem {
  const { code, message } = error as NodeJS.ErrnoException;
  return new Problem(
    "listen_failed",
    `the ${name} listener cannot use ${address}: ${reasonOf(code) ?? message}; ` +
      `choose another with --listen-${name} or SIGNALBOX_LISTEN_${name.toUpperCase()}`,
    { cause: error },
  );
}

function reasonOf(code: string | undefined): string | undefined {
  switch (code) {
    case "EADDRINUSE":
      return "another process listens there";
    case "EADDRNOTAVAIL":
      return "this machine has no such address";
    case "EACCES":
      return "this user may not (ports below 1024 need a privilege)";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the name cannot be resolved";
    default:
      return undefined;
  }
}
