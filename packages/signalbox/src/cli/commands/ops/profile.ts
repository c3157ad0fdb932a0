import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Problem } from "@signalbox/base";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import type { CliIo } from "../../cli-io.ts";
import { addOpsCommand } from "../../ops-command.ts";

const KINDS = ["cpu", "heap", "allocations", "event-loop", "snapshot"] as const;
const FORMATS = ["pprof", "devtools"] as const;

interface ProfileFlags {
  readonly seconds: number;
  readonly format: (typeof FORMATS)[number];
  readonly file?: string;
}

/** `signalbox ops profile KIND`: writes a file for `go tool pprof` or Chrome's DevTools. */
export function addOpsProfile(group: Command, io: CliIo): void {
  addOpsCommand<ProfileFlags>(group, io, {
    name: "profile",
    summary: "measure the daemon, and write the profile to a file (docs/ops.md)",
    arguments: [new Argument("<kind>", "what to measure").choices(KINDS)],
    options: [
      new Option("--seconds <count>", "how long").argParser(parseSeconds).default(10),
      new Option("--format <format>", "for which program").choices(FORMATS).default("pprof"),
      new Option(
        "--file <file>",
        "where to; - is standard output; default: the daemon's name for it",
      ),
    ],
    run: async ({ connect, args: [kind = ""], options: { seconds, format, file } }) => {
      const path = `/profiles/${kind}?seconds=${seconds}&format=${format}`;
      if (kind !== "snapshot") io.stderr.write(`measuring for ${seconds} s\n`);
      const response = await connect().stream("POST", path);
      const name = file ?? nameIn(response.headers["content-disposition"]) ?? `${kind}.profile`;
      if (name === "-") {
        await pipeline(response, io.stdout, { end: false });
        return;
      }
      try {
        await pipeline(response, createWriteStream(name, { mode: 0o600 }));
      } catch (cause) {
        throw new Problem("unprocessable", `${name} cannot be written`, { cause });
      }
      io.stdout.write(`${name}\n`);
    },
  });
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0)) throw new InvalidArgumentError("give a number above 0");
  return seconds;
}

/** A plain name only: nothing that the other side says leaves the working directory. */
function nameIn(disposition: string | undefined): string | undefined {
  const [, name] = /filename="([\w.-]+)"/.exec(disposition ?? "") ?? [];
  return name?.startsWith(".") === true ? undefined : name;
}
