import { Problem } from "@signalbox/base";
import type { OperationReply, OperationRequest } from "@signalbox/http";
import type { Resource } from "@signalbox/store";
import { Type } from "typebox";
import { consoleUrl } from "../../../console/console-protocol.ts";
import type { Server } from "../../../model/server.ts";
import type { RegionProvider, RegionServices } from "../region-services.ts";
import { SERVER_PATH } from "../schemas/path-schema.ts";
import { CONSOLE_OUTPUT, CONSOLE_SESSION } from "../schemas/server-schema.ts";
import { answers } from "../../shared/answers.ts";
import { beingDeleted } from "../../shared/invalid.ts";
import { servers } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { serverTarget } from "./server-target.ts";

const path = "/api/v2/servers/{serverID}/consolesessions";
const permission = servers("console");

export const createConsoleSession = regionOperation({
  id: "createConsoleSession",
  method: "POST",
  path,
  summary: "Open a console session",
  description: "The answer holds a one-time ticket, which is good for a minute.",
  tag: "servers",
  permission,
  params: SERVER_PATH,
  responses: answers(201, "Where to open it.", CONSOLE_SESSION, 409, 422),
  cacheControl: "no-store",
  // A replayed answer would hold a ticket that has been used.
  idempotent: false,
  target: serverTarget,
  handler: (request, services) => openSession(201, request, services),
});

/** The reference's GET, which makes something: kept for its clients, and audited. */
export const getConsoleSession = regionOperation({
  id: "getConsoleSession",
  method: "GET",
  path,
  summary: "Open a console session (older form)",
  tag: "servers",
  permission,
  params: SERVER_PATH,
  responses: answers(200, "Where to open it.", CONSOLE_SESSION, 409, 422),
  cacheControl: "no-store",
  audited: true,
  target: serverTarget,
  handler: (request, services) => openSession(200, request, services),
});

export const getConsoleOutput = regionOperation({
  id: "getConsoleOutput",
  method: "GET",
  path: "/api/v2/servers/{serverID}/consoleoutput",
  summary: "Read what a server wrote to its serial console",
  tag: "servers",
  permission,
  params: SERVER_PATH,
  query: Type.Object({
    length: Type.Optional(
      Type.Integer({ minimum: 0, description: "The last lines; absent: all that is kept." }),
    ),
  }),
  responses: answers(200, "The text.", CONSOLE_OUTPUT, 409, 422),
  cacheControl: "no-store",
  target: serverTarget,
  handler: async ({ target, query, signal }, services) => {
    const provider = requireProvider(target.value, services);
    if (!provider.capabilities.consoleOutput) throw unsupported("console output");
    const ref = { id: target.id, incarnation: target.value.incarnation };
    const contents = await provider.consoleOutput(ref, query.length, { signal });
    return { status: 200, body: { contents } };
  },
});

type SessionRequest = Pick<
  OperationRequest<unknown, unknown, unknown, Resource<Server>>,
  "target" | "principal" | "recheck" | "origin"
>;

function openSession(
  status: 200 | 201,
  { target, principal, recheck, origin }: SessionRequest,
  services: RegionServices,
): OperationReply {
  const { value: server, id } = target;
  if (server.metadata.deletedAt !== undefined) throw beingDeleted("server");
  if (!requireProvider(server, services).capabilities.console) throw unsupported("consoles");
  if (server.status.powerState !== "Running" && server.status.powerState !== "Building") {
    throw new Problem("conflict", "the server is not running, so it has no console");
  }
  const ticket = services.consoleTickets.issue({
    regionId: server.regionId,
    server: { id, incarnation: server.incarnation },
    actor: principal.subject,
    recheck,
  });
  return {
    status,
    body: {
      url: consoleUrl(origin, ticket.text),
      type: "serial",
      expirationTime: new Date(ticket.expiresAtMs).toISOString(),
    },
  };
}

function requireProvider({ regionId }: Server, { providerOf }: RegionServices): RegionProvider {
  const provider = providerOf(regionId);
  if (provider !== undefined) return provider;
  throw new Problem("not_found", "the server's region is no longer served");
}

function unsupported(what: string): Problem {
  return new Problem("provider_unsupported", `this region's provider does not offer ${what}`);
}
