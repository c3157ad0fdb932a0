import { Problem } from "@signalbox/base";

/**
 * Why a machine gets no certificate. The message tells callers nothing that helps in guessing; the
 * cause is for the log, the server for the audit.
 */
export class EnrolmentRefusal extends Problem {
  /** Whose token or certificate was shown, where that is known. */
  readonly serverId: string | undefined;

  constructor(credential: "token" | "renewal", why: string, serverId?: string) {
    const message =
      credential === "token"
        ? "the join token is not valid: it is unknown, has expired, or was used"
        : "the certificate cannot be renewed";
    super("unauthenticated", message, { cause: new Error(why) });
    this.serverId = serverId;
  }
}
