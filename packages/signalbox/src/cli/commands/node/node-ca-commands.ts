import { Problem } from "@signalbox/base";
import { type Command, Option } from "commander";
import { type LoadedConfig, loadConfig } from "../../../config/load-config.ts";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import { addDataDirFlags, flagValues } from "../../config-flags.ts";
import type { Session } from "../../client/session.ts";
import { renderList } from "../../output/render.ts";
import type { Column } from "../../output/render-table.ts";

/** Removes the authority of a daemon that is stopped. */
export type DiscardAuthority = (config: LoadedConfig) => Promise<void>;

/** One root, as the daemon answers it. */
interface RootRow {
  readonly pin: string;
  readonly certificate: string;
  readonly state: string;
  readonly signsFrom: string;
  readonly retirementTime?: string;
}

const COLUMNS: readonly Column<RootRow>[] = [
  { heading: "PIN", value: ({ pin }) => pin },
  { heading: "STATE", value: ({ state }) => state },
  { heading: "SIGNS FROM", value: ({ signsFrom }) => signsFrom },
  { heading: "RETIRES", value: ({ retirementTime }) => retirementTime },
];

const PATH = "/api/v2/nodes/authority";

/** `signalbox node ca …` */
export function addNodeCaCommands(node: Command, io: CliIo, discard: DiscardAuthority): void {
  const ca = node.command("ca").description("the authority behind the node API");
  addClientCommand(ca, io, {
    name: "show",
    summary: "list the roots of the authority; with --output json their certificates, too",
    run: async (session) => print(session, await session.client.call("GET", PATH)),
  });
  addClientCommand(ca, io, {
    name: "rotate",
    summary:
      "bring in the next root: trusted at once, signing when all machines know it, alone when nothing of the old one is left",
    run: async (session) => print(session, await session.client.call("POST", `${PATH}/rotate`)),
  });
  addDiscardCommand(ca, io, discard);
}

function print(session: Session, { body }: { readonly body: unknown }): void {
  const { roots } = body as { readonly roots: readonly RootRow[] };
  session.print(renderList(session.output, COLUMNS, roots));
}

function addDiscardCommand(ca: Command, io: CliIo, discard: DiscardAuthority): void {
  const command = ca
    .command("discard")
    .description("remove the authority of a stopped daemon, whose next start makes another")
    .addOption(
      new Option("--yes", "machines have to be enrolled, and people's configurations made anew"),
    );
  addDataDirFlags(command);
  command.action(async () => {
    if (command.opts<{ yes?: boolean }>().yes !== true) {
      throw new Problem(
        "invalid_request",
        "every certificate of machines and people becomes worthless; give --yes to go on",
      );
    }
    await discard(loadConfig({ ...flagValues(command), environment: io.environment }));
    io.stderr.write("the node authority is gone; the next start of the daemon makes another\n");
  });
}
