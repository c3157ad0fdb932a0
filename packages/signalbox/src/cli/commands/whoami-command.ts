import type { Command } from "commander";
import { addClientCommand } from "../client-command.ts";
import type { CliIo } from "../cli-io.ts";
import { renderTable } from "../output/render-table.ts";
import { renderValue } from "../output/render.ts";

/** The caller as the API answers it. */
interface WhoAmI {
  readonly subject: string;
  readonly kind: string;
  readonly actor: string;
  readonly global: readonly string[];
  readonly organizations: readonly {
    readonly id: string;
    readonly grants: readonly string[];
    readonly projects: readonly { readonly id: string; readonly grants: readonly string[] }[];
  }[];
}

interface GrantRow {
  readonly where: string;
  /** `region:servers` */
  readonly endpoint: string;
  readonly verbs: string;
}

const COLUMNS = [
  { heading: "WHERE", value: ({ where }: GrantRow) => where },
  { heading: "WHAT", value: ({ endpoint }: GrantRow) => endpoint },
  { heading: "MAY", value: ({ verbs }: GrantRow) => verbs },
];

/** `signalbox whoami`: which token this is, and what it may do. */
export function addWhoAmICommand(program: Command, io: CliIo): void {
  addClientCommand(program, io, {
    name: "whoami",
    summary: "show whose token this is, and what it may do where",
    run: async (session) => {
      const who = (await session.client.call("GET", "/api/v2/whoami")).body as WhoAmI;
      if (session.output !== "table") {
        session.print(renderValue(session.output, who));
        return;
      }
      const behalf = who.actor === who.subject ? "" : `, on behalf of ${who.actor}`;
      session.print(
        `${who.subject} (${who.kind})${behalf}\n\n${renderTable(COLUMNS, rowsOf(who))}`,
      );
    },
  });
}

function rowsOf({ global, organizations }: WhoAmI): readonly GrantRow[] {
  return [
    ...grantRows("everywhere", global),
    ...organizations.flatMap(({ id, grants, projects }) => [
      ...grantRows(`organization ${id}`, grants),
      ...projects.flatMap((project) => grantRows(`project ${project.id}`, project.grants)),
    ]),
  ];
}

/** A row for each kind of thing, with all that may be done to it. */
function grantRows(where: string, grants: readonly string[]): readonly GrantRow[] {
  const verbs = new Map<string, string[]>();
  for (const grant of grants) {
    const at = grant.lastIndexOf(":");
    const endpoint = grant.slice(0, at);
    verbs.set(endpoint, [...(verbs.get(endpoint) ?? []), grant.slice(at + 1)]);
  }
  return [...verbs].map(([endpoint, held]) => ({ where, endpoint, verbs: held.join(", ") }));
}
