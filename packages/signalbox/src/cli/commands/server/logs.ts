import { type Command, Option } from "commander";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import { parseCount } from "../../options.ts";
import { renderValue } from "../../output/render.ts";
import { findResourceId } from "../../resources/find-resource.ts";
import { SERVER_TYPE } from "../../resources/resource-types.ts";
import { nameArgument } from "../common-commands.ts";

/** `signalbox server logs`: what the machine wrote to its serial console so far. */
export function addServerLogs(group: Command, io: CliIo): void {
  addClientCommand<{ readonly lines?: number }>(group, io, {
    name: "logs",
    summary: "print what a server wrote to its serial console",
    arguments: [nameArgument(SERVER_TYPE)],
    options: [new Option("-n, --lines <count>", "only the last lines").argParser(parseCount)],
    run: async (session, [name = ""], { lines }) => {
      const id = await findResourceId(session, SERVER_TYPE, name);
      const path = `${SERVER_TYPE.collection(session)}/${id}/consoleoutput`;
      const { body } = await session.client.call("GET", path, { query: { length: lines } });
      const output = body as { readonly contents: string };
      if (session.output === "table") session.io.stdout.write(output.contents);
      else session.print(renderValue(session.output, output));
    },
  });
}
