import { randomUUID } from "node:crypto";
import type { Result } from "@signalbox/base";
import { rebootServer, retryServer, startServer, stopServer } from "../../model/server-power.ts";
import type { Server } from "../../model/server.ts";
import { START } from "./fixtures.ts";

export type UserVerb = "start" | "stop" | "reboot" | "retry" | "delete" | "publicIP";

/** What the API writes for a verb; what it refuses changes nothing. */
export function asUser(server: Server, verb: UserVerb): Server {
  const { metadata, spec } = server;
  if (metadata.deletedAt !== undefined) return server;
  switch (verb) {
    case "start":
      return accepted(server, startServer(server));
    case "stop":
      return accepted(server, stopServer(server));
    case "reboot":
      return accepted(server, rebootServer(server, "hard", randomUUID()));
    case "retry":
      return accepted(server, retryServer(server));
    case "delete":
      return { ...server, metadata: { ...metadata, deletedAt: START } };
    case "publicIP": {
      const { publicIP, ...networking } = spec.networking;
      const changed = publicIP ? networking : { ...networking, publicIP: true as const };
      return {
        ...server,
        metadata: { ...metadata, generation: metadata.generation + 1 },
        spec: { ...spec, networking: changed },
      };
    }
  }
}

function accepted(server: Server, result: Result<Server>): Server {
  return result.ok ? result.value : server;
}
