import { type Command, Option } from "commander";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import type { Session } from "../../client/session.ts";
import { type WaitFlags, waitOptions } from "../../options.ts";
import type { ApiResource } from "../../resources/api-resource.ts";
import { findResourceId } from "../../resources/find-resource.ts";
import type { Progress } from "../../resources/resource-type.ts";
import { SERVER_TYPE } from "../../resources/resource-types.ts";
import { readResource } from "../../resources/wait-for.ts";
import { nameArgument, printOutcome } from "../common-commands.ts";
import { powerProgress } from "./power-progress.ts";

/** `signalbox server start|stop|reboot` */
export function addServerPower(group: Command, io: CliIo): void {
  addClientCommand<WaitFlags>(group, io, {
    name: "start",
    summary: "start a server",
    arguments: [nameArgument(SERVER_TYPE)],
    options: waitOptions(),
    run: (session, [name = ""], flags) => power(session, name, "start", "Running", flags),
  });
  addClientCommand<WaitFlags>(group, io, {
    name: "stop",
    summary: "stop a server: first by its power button, then by force",
    arguments: [nameArgument(SERVER_TYPE)],
    options: waitOptions(),
    run: (session, [name = ""], flags) => power(session, name, "stop", "Stopped", flags),
  });
  addClientCommand<WaitFlags & { readonly hard?: boolean }>(group, io, {
    name: "reboot",
    summary: "reboot a server",
    arguments: [nameArgument(SERVER_TYPE)],
    options: [new Option("--hard", "reset it without asking the guest"), ...waitOptions()],
    run: (session, [name = ""], flags) =>
      power(session, name, flags.hard ? "hardreboot" : "softreboot", "Running", flags),
  });
}

async function power(
  session: Session,
  name: string,
  verb: string,
  wanted: "Running" | "Stopped",
  flags: WaitFlags,
): Promise<void> {
  const id = await findResourceId(session, SERVER_TYPE, name);
  await session.client.call("POST", `${SERVER_TYPE.collection(session)}/${id}/${verb}`);
  if (!flags.wait) session.io.stderr.write(`server ${name}: ${verb} accepted\n`);
  const server = await readResource(session, SERVER_TYPE, id);
  const progress = (present: ApiResource): Progress => powerProgress(present, wanted);
  await printOutcome(session, SERVER_TYPE, server, flags, progress);
}
