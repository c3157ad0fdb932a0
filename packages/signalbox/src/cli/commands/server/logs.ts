import { Problem } from "@signalbox/base";
import { type Command, Option } from "commander";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import type { Session } from "../../client/session.ts";
import { parseCount } from "../../options.ts";
import { renderValue } from "../../output/render.ts";
import { findResourceId } from "../../resources/find-resource.ts";
import { SERVER_TYPE } from "../../resources/resource-types.ts";
import { nameArgument } from "../common-commands.ts";
import { appended } from "./appended.ts";

/** How often a console that is followed is read. */
const FOLLOW_MS = 1000;

interface LogsFlags {
  readonly lines?: number;
  readonly follow?: boolean;
}

/** `signalbox server logs`: what the machine wrote to its serial console so far. */
export function addServerLogs(group: Command, io: CliIo): void {
  addClientCommand<LogsFlags>(group, io, {
    name: "logs",
    summary: "print what a server wrote to its serial console",
    arguments: [nameArgument(SERVER_TYPE)],
    options: [
      new Option("-n, --lines <count>", "only the last lines").argParser(parseCount),
      new Option("-f, --follow", "go on with what it writes, until Ctrl-C or its end"),
    ],
    run: async (session, [name = ""], flags) => {
      const id = await findResourceId(session, SERVER_TYPE, name);
      if (flags.follow) return await follow(session, id, flags.lines);
      const contents = await readConsole(session, id, flags.lines);
      if (session.output === "table") session.io.stdout.write(contents);
      else session.print(renderValue(session.output, { contents }));
    },
  });
}

async function follow(session: Session, id: string, lines: number | undefined): Promise<void> {
  if (session.output !== "table") {
    throw new Problem("invalid_request", "what is followed is printed as it is, without --output");
  }
  const { clock, signal, stdout } = session.io;
  let seen: string | undefined;
  for (;;) {
    const now = await readGrowingConsole(session, id);
    if (now === undefined) return;
    stdout.write(seen === undefined ? lastLines(now, lines) : appended(seen, now));
    seen = now;
    await clock.sleep(FOLLOW_MS, { signal });
  }
}

/** A machine that is not made yet has said nothing; undefined when the server is gone. */
async function readGrowingConsole(session: Session, id: string): Promise<string | undefined> {
  try {
    return await readConsole(session, id);
  } catch (error) {
    if (Problem.is(error, "not_found")) return undefined;
    if (Problem.is(error) && error.row.status === 409) return "";
    throw error;
  }
}

async function readConsole(session: Session, id: string, lines?: number): Promise<string> {
  const path = `${SERVER_TYPE.collection(session)}/${id}/consoleoutput`;
  const { body } = await session.client.call("GET", path, { query: { length: lines } });
  return (body as { readonly contents: string }).contents;
}

function lastLines(text: string, count: number | undefined): string {
  if (count === undefined) return text;
  const lines = text.split(/(?<=\n)/);
  return lines.slice(Math.max(0, lines.length - count)).join("");
}
