import type { Command } from "commander";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import { type WaitFlags, waitOptions } from "../../options.ts";
import { findResourceId } from "../../resources/find-resource.ts";
import { SERVER_TYPE } from "../../resources/resource-types.ts";
import { readResource } from "../../resources/wait-for.ts";
import { nameArgument, printOutcome } from "../common-commands.ts";

/** `signalbox server retry`: for a server that gave up creating its machine. */
export function addServerRetry(group: Command, io: CliIo): void {
  addClientCommand<WaitFlags>(group, io, {
    name: "retry",
    summary: "try again to create the machine of a server that failed",
    arguments: [nameArgument(SERVER_TYPE)],
    options: waitOptions(),
    run: async (session, [name = ""], flags) => {
      const id = await findResourceId(session, SERVER_TYPE, name);
      await session.client.call("POST", `${SERVER_TYPE.collection(session)}/${id}/retry`);
      if (!flags.wait) session.io.stderr.write(`server ${name}: retry accepted\n`);
      await printOutcome(session, SERVER_TYPE, await readResource(session, SERVER_TYPE, id), flags);
    },
  });
}
