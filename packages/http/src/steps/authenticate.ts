import { Problem } from "@signalbox/base";
import type { Authenticator, Credentials, Recheck } from "../authenticator.ts";
import type { Principal } from "../permission.ts";
import type { ArrivedRequest } from "../pipeline/exchange.ts";
import type { Work } from "../pipeline/row.ts";
import { clientCertificateName } from "../transport/client-certificate.ts";

/** Who calls an operation that asks nobody who they are. */
const ANONYMOUS: Principal = Object.freeze({
  subject: "anonymous",
  kind: "user",
  actor: "anonymous",
  organizationIds: Object.freeze([]),
  access: Object.freeze({ global: new Set<string>(), organizations: new Map() }),
});

const always: Recheck = () => Promise.resolve();

/** Turns credentials into a principal (compute-api §4.4); open operations ask nobody. */
export function authenticate(
  authenticator: Authenticator,
): Work<"request" | "route" | "deadline", "principal" | "recheck"> {
  return {
    enter: ({ request, route, deadline }) => {
      if (route.operation.permission === "open") return { principal: ANONYMOUS, recheck: always };
      const credentials = credentialsOf(request);
      const recheck: Recheck = async (signal) => {
        await authenticator.authenticate(credentials, signal);
      };
      const principal = authenticator.authenticate(credentials, deadline.signal);
      return deadline.race(principal).then((principal) => ({ principal, recheck }));
    },
  };
}

function credentialsOf(request: ArrivedRequest): Credentials {
  const { headers, caller, raw } = request;
  const certificate = clientCertificateName(raw, caller.viaProxy);
  if (!certificate.ok) throw new Problem("invalid_request", certificate.error);
  const certificateName = certificate.value;
  if (headers.authorization === undefined && certificateName === undefined) {
    throw new Problem("unauthenticated", "authorization header is missing");
  }
  const principal = headers["x-principal"];
  return {
    authorization: headers.authorization,
    certificateName,
    // Without a certificate anybody may have written it.
    principalHeader:
      certificateName !== undefined && typeof principal === "string" ? principal : undefined,
    remoteAddress: caller.address,
  };
}
