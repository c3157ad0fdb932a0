import type { Command } from "commander";
import type { CliIo } from "../../cli-io.ts";
import { addOpsCommand } from "../../ops-command.ts";
import { renderList } from "../../output/render.ts";

/** A member as `/members` shows it. */
interface MemberRow {
  readonly id: string;
  readonly addr: string;
  readonly self: boolean;
  readonly state: string;
  readonly since: string;
  readonly health?: string;
  readonly tags: Readonly<Record<string, string>>;
}

const COLUMNS = [
  { heading: "ID", value: ({ id }: MemberRow) => id },
  { heading: "ADDRESS", value: ({ addr }: MemberRow) => addr },
  { heading: "SELF", value: ({ self }: MemberRow) => (self ? "yes" : "no") },
  { heading: "STATE", value: ({ state }: MemberRow) => state },
  { heading: "SINCE", value: ({ since }: MemberRow) => since },
  { heading: "HEALTH", value: ({ health }: MemberRow) => health },
];

/** `signalbox ops members` */
export function addOpsMembers(group: Command, io: CliIo): void {
  addOpsCommand(group, io, {
    name: "members",
    summary: "list the processes of the cluster, as the one that is asked knows them",
    run: async ({ connect, options: { output }, print }) => {
      const members = (await connect().read("/members")) as readonly MemberRow[];
      print(renderList(output, COLUMNS, members));
    },
  });
}
