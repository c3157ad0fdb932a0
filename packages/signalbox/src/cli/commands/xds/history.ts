import { Argument, type Command } from "commander";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import { renderList } from "../../output/render.ts";
import type { Column } from "../../output/render-table.ts";
import { DRY_RUN, GROUP, groupPath } from "./content.ts";
import { printChange } from "./print-change.ts";
import type { RevisionRow } from "./wire-types.ts";

const COLUMNS: readonly Column<RevisionRow>[] = [
  { heading: "REVISION", value: ({ revision }) => String(revision) },
  { heading: "TIME", value: ({ time }) => time },
  { heading: "BY", value: ({ by }) => by },
  {
    heading: "ACTION",
    value: ({ action, restored }) => (restored === undefined ? action : `${action} to ${restored}`),
  },
  { heading: "CHANGES", value: changesOf },
  { heading: "RESTORABLE", value: ({ canRollBack }) => (canRollBack ? "yes" : "no") },
];

/** `signalbox xds history|rollback` */
export function addXdsHistoryCommands(xds: Command, io: CliIo): void {
  addClientCommand(xds, io, {
    name: "history",
    summary: "list who changed what a group serves, and when; the last first",
    arguments: [GROUP()],
    run: async (session, [group = ""]) => {
      const path = await groupPath(session, group);
      const { body } = await session.client.call("GET", `${path}/history`);
      session.print(renderList(session.output, COLUMNS, body as readonly RevisionRow[]));
    },
  });
  addClientCommand<{ readonly dryRun?: boolean }>(xds, io, {
    name: "rollback",
    summary: "serve again what a group served at a revision",
    arguments: [GROUP(), new Argument("<revision>", "as `xds history` shows it")],
    options: [DRY_RUN()],
    run: async (session, [group = "", revision = ""], { dryRun }) => {
      const path = `${await groupPath(session, group)}/rollback`;
      const body = { revision: Number(revision) };
      const query = dryRun ? { dryRun: "true" } : {};
      printChange(session, (await session.client.call("POST", path, { body, query })).body);
    },
  });
}

function changesOf({ created, updated, deleted, endpointsChanged }: RevisionRow): string {
  const counted = [
    [created, "created"],
    [updated, "updated"],
    [deleted, "deleted"],
  ] as const;
  const parts = counted.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  return [...parts, ...(endpointsChanged ? ["endpoints"] : [])].join(", ");
}
