import { Argument, type Command } from "commander";
import type { CliIo } from "../../cli-io.ts";
import { addOpsCommand } from "../../ops-command.ts";
import { renderItem } from "../../output/render.ts";

const COLUMNS = [{ heading: "LEVEL", value: ({ level }: { readonly level: string }) => level }];
const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** `signalbox ops log-level [LEVEL]` */
export function addOpsLogLevel(group: Command, io: CliIo): void {
  addOpsCommand(group, io, {
    name: "log-level",
    summary: "show or change what the daemon logs; a restart goes back to what is configured",
    arguments: [new Argument("[level]", "the new level").choices(LEVELS)],
    run: async ({ connect, args: [level], options: { output }, print }) => {
      const client = connect();
      const answer =
        level === undefined
          ? await client.call("GET", "/log-level")
          : await client.call("PUT", `/log-level?level=${level}`);
      print(renderItem(output, COLUMNS, JSON.parse(answer.text) as { readonly level: string }));
    },
  });
}
