import { rebootServer, retryServer, startServer, stopServer } from "../../../model/server-power.ts";
import { serverVerb } from "./server-verb.ts";

export const startServerOperation = serverVerb({
  id: "startServer",
  name: "start",
  summary: "Start a server",
  permission: "power",
  change: startServer,
});

export const stopServerOperation = serverVerb({
  id: "stopServer",
  name: "stop",
  summary: "Stop a server",
  permission: "power",
  change: stopServer,
});

export const softRebootServerOperation = serverVerb({
  id: "softRebootServer",
  name: "softreboot",
  summary: "Ask a server's guest to reboot",
  permission: "power",
  change: (server, { random }) => rebootServer(server, "soft", random.uuid()),
});

export const hardRebootServerOperation = serverVerb({
  id: "hardRebootServer",
  name: "hardreboot",
  summary: "Reset a server",
  permission: "power",
  change: (server, { random }) => rebootServer(server, "hard", random.uuid()),
});

export const retryServerOperation = serverVerb({
  id: "retryServer",
  name: "retry",
  summary: "Try again to carry out what failed for good",
  permission: "update",
  change: retryServer,
});
