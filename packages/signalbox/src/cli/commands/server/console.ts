import { Problem } from "@signalbox/base";
import { type Command, Option } from "commander";
import type { WebSocket } from "ws";
import { CONSOLE_PROTOCOL, CONSOLE_SOCKET_PATH } from "../../../console/console-protocol.ts";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import type { Session } from "../../client/session.ts";
import { renderValue } from "../../output/render.ts";
import { findResourceId } from "../../resources/find-resource.ts";
import { SERVER_TYPE } from "../../resources/resource-types.ts";
import { nameArgument } from "../common-commands.ts";
import { attachConsole } from "./attach-console.ts";

/** `signalbox server console`: the serial console, until Ctrl-]. */
export function addServerConsole(group: Command, io: CliIo): void {
  addClientCommand<{ readonly page?: boolean }>(group, io, {
    name: "console",
    summary: "attach to a server's serial console (detach with Ctrl-])",
    arguments: [nameArgument(SERVER_TYPE)],
    options: [new Option("--page", "print the address of a page with the console instead")],
    run: async (session, [name = ""], flags) => {
      const id = await findResourceId(session, SERVER_TYPE, name);
      const page = await openSession(session, id);
      if (flags.page) {
        const { href: url } = page;
        session.print(session.output === "table" ? url : renderValue(session.output, { url }));
        return;
      }
      session.io.stderr.write(`attached to ${name}; detach with Ctrl-]\n`);
      await attachConsole(await connect(session, page), session.io);
      session.io.stderr.write(`\ndetached from ${name}; it goes on\n`);
    },
  });
}

async function openSession(session: Session, id: string): Promise<URL> {
  const path = `${SERVER_TYPE.collection(session)}/${id}/consolesessions`;
  const { body } = await session.client.call("POST", path);
  const url = URL.parse(String((body as { readonly url?: unknown }).url));
  if (url === null) throw new Problem("internal", "the daemon answered no console address");
  return url;
}

/** The page's fragment is the ticket; its socket is on the address by which we reach the daemon. */
async function connect(session: Session, page: URL): Promise<WebSocket> {
  // Only here: no other command needs it.
  const { WebSocket: Socket } = await import("ws");
  const url = new URL(CONSOLE_SOCKET_PATH, session.client.url);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const { ca } = session.client;
  return new Socket(
    url,
    [CONSOLE_PROTOCOL, `ticket.${page.hash.slice(1)}`],
    ca === undefined ? {} : { ca },
  );
}
