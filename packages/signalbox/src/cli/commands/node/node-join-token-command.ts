import { Argument, type Command } from "commander";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import { renderValue } from "../../output/render.ts";
import { findResourceId } from "../../resources/find-resource.ts";
import { SERVER_TYPE } from "../../resources/resource-types.ts";

/** `signalbox node join-token` */
export function addNodeJoinTokenCommand(node: Command, io: CliIo): void {
  addClientCommand(node, io, {
    name: "join-token",
    summary:
      "make a token with which a server's machine enrols; it works once, earlier ones no more",
    arguments: [new Argument("<server>", "name or id of the server")],
    run: async (session, [server = ""]) => {
      const id = await findResourceId(session, SERVER_TYPE, server);
      const { body } = await session.client.call("POST", `/api/v2/servers/${id}/jointokens`);
      const { token, expiryTime } = body as { readonly token: string; readonly expiryTime: string };
      if (session.output !== "table") return session.print(renderValue(session.output, body));
      session.io.stderr.write(`valid until ${expiryTime}\n`);
      session.print(token);
    },
  });
}
