import { Problem } from "@signalbox/base";
import type { SshInjection } from "../../../model/server.ts";
import { SERVER_PATH } from "../schemas/path-schema.ts";
import { problemAnswers } from "../../shared/answers.ts";
import { servers } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { serverTarget } from "./server-target.ts";

const REASONS: Readonly<Record<SshInjection, string>> = Object.freeze({
  ca: "the server has no private key of its own: log in with a certificate of its SSH authority",
  none: "no SSH key was put into this server",
  identityKeypair: "key pairs are not offered here: use an SSH certificate authority or userData",
});

/** Private keys are never held here, so there is none to answer with (docs/adr). */
export const getServerSshKey = regionOperation({
  id: "getServerSshKey",
  method: "GET",
  path: "/api/v2/servers/{serverID}/sshkey",
  summary: "Read a server's SSH private key (there is none)",
  tag: "servers",
  permission: servers("credentials"),
  params: SERVER_PATH,
  responses: problemAnswers(),
  audited: true,
  target: serverTarget,
  handler: ({ target }) => {
    throw new Problem("not_found", REASONS[target.value.spec.sshInjection]);
  },
});
