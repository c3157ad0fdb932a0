import { Problem } from "@signalbox/base";
import { Argument, type Command, Option } from "commander";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import type { Session } from "../../client/session.ts";
import { repeatable } from "../../options.ts";
import { renderList, renderValue } from "../../output/render.ts";
import type { Column } from "../../output/render-table.ts";
import { findResourceId } from "../../resources/find-resource.ts";
import { XDS_GROUP_TYPE } from "../../resources/resource-types.ts";
import { listNodes } from "./nodes.ts";
import { printChange } from "./print-change.ts";
import { type FileResource, readResources } from "./read-resources.ts";
import type { ChangeReport, ResourceRow, SentResource } from "./wire-types.ts";

export const GROUP = () => new Argument("<group>", "name or id of the xDS group");
export const DRY_RUN = () =>
  new Option("--dry-run", "write nothing; show what would change, and whether it fits together");

interface ResourcesFlags {
  readonly type?: string;
  readonly node?: readonly string[];
}

const STORED_COLUMNS: readonly Column<ResourceRow>[] = [
  { heading: "TYPE", value: ({ type }) => type },
  { heading: "NAME", value: ({ name }) => name },
  { heading: "VERSION", value: ({ version }) => version },
  { heading: "MODIFIED", value: ({ modifiedTime }) => modifiedTime },
  { heading: "BY", value: ({ modifiedBy }) => modifiedBy },
];

interface SentRow extends SentResource {
  readonly nodeId: string;
  readonly type: string;
}

const SENT_COLUMNS: readonly Column<SentRow>[] = [
  { heading: "NODE", value: ({ nodeId }) => nodeId },
  { heading: "TYPE", value: ({ type }) => type },
  { heading: "NAME", value: ({ name }) => name },
  { heading: "VERSION", value: ({ version }) => version },
  { heading: "STATE", value: ({ state }) => state },
];

/** Path of a group by its name or id. */
export async function groupPath(session: Session, name: string): Promise<string> {
  const id = await findResourceId(session, XDS_GROUP_TYPE, name);
  return `${XDS_GROUP_TYPE.collection(session)}/${id}`;
}

/** `signalbox xds resources|get|put|delete` */
export function addXdsContentCommands(xds: Command, io: CliIo): void {
  addClientCommand<ResourcesFlags>(xds, io, {
    name: "resources",
    summary: "list the resources of a group, or with --node what a node was sent",
    arguments: [new Argument("[group]", "name or id of the xDS group")],
    options: [
      new Option("--type <type>", "only this type, as cluster"),
      repeatable("--node <id>", "what this node asked for and was sent; may be repeated"),
    ],
    run: async (session, [group], { type, node }) => {
      if (group === undefined) await printSent(session, type, node);
      else await printStored(session, await groupPath(session, group), type);
    },
  });
  addClientCommand(xds, io, {
    name: "get",
    summary: "print a resource of a group; secrets are blotted out",
    arguments: [GROUP(), new Argument("<type>"), new Argument("<name>")],
    run: async (session, [group = "", type = "", name = ""]) => {
      const path = resourcePath(await groupPath(session, group), type, name);
      const { body } = await session.client.call("GET", path);
      const { resource } = body as { readonly resource: unknown };
      session.print(renderValue(session.output === "json" ? "json" : "yaml", resource));
    },
  });
  addClientCommand<{ readonly dryRun?: boolean; readonly replaceAll?: boolean }>(xds, io, {
    name: "put",
    summary: "put resources into a group, all in one change: protobuf JSON or YAML with @type",
    arguments: [GROUP(), new Argument("<file...>", "files; - is standard input")],
    options: [new Option("--replace-all", "take out what the files do not hold"), DRY_RUN()],
    run: async (session, [group = "", ...files], { dryRun, replaceAll }) => {
      const path = await groupPath(session, group);
      const resources: FileResource[] = [];
      for (const file of files.flat()) resources.push(...(await readResources(file, io)));
      const query = {
        ...(dryRun ? { dryRun: "true" } : {}),
        ...(replaceAll ? {} : { keepOthers: "true" }),
      };
      const body = { resources };
      const answer = await session.client.call("PUT", `${path}/resources`, { body, query });
      printChange(session, answer.body);
    },
  });
  addClientCommand<{ readonly dryRun?: boolean }>(xds, io, {
    name: "delete",
    summary: "take a resource out of a group",
    arguments: [GROUP(), new Argument("<type>"), new Argument("<name>")],
    options: [DRY_RUN()],
    run: async (session, [group = "", type = "", name = ""], { dryRun }) => {
      const path = resourcePath(await groupPath(session, group), type, name);
      const query = dryRun ? { dryRun: "true" } : {};
      const { body } = await session.client.call("DELETE", path, { query });
      // The API takes away what is there; a person who deletes what is not has mistyped its name.
      if ((body as ChangeReport).changes.length === 0) {
        throw new Problem("not_found", `there is no ${type} ${name} in ${group}`);
      }
      printChange(session, body);
    },
  });
}

async function printStored(
  session: Session,
  group: string,
  type: string | undefined,
): Promise<void> {
  const listed = (await session.client.list(`${group}/resources`, { type })) as ResourceRow[];
  const byName = (a: ResourceRow, b: ResourceRow): number =>
    a.type.localeCompare(b.type) || a.name.localeCompare(b.name);
  session.print(renderList(session.output, STORED_COLUMNS, listed.toSorted(byName)));
}

async function printSent(
  session: Session,
  type: string | undefined,
  node: readonly string[] | undefined,
): Promise<void> {
  if (node === undefined) {
    throw new Problem("invalid_request", "which resources? give a group, or --node");
  }
  const nodes = await listNodes(session, { node }, { resources: "true" });
  const rows = nodes.flatMap(({ nodeId, types }) =>
    types
      .filter((each) => type === undefined || each.type === type)
      .flatMap((each) =>
        (each.resources ?? []).map((sent): SentRow => ({ ...sent, nodeId, type: each.type })),
      ),
  );
  session.print(renderList(session.output, SENT_COLUMNS, rows));
}

function resourcePath(group: string, type: string, name: string): string {
  return `${group}/resources/${encodeURIComponent(type)}/${encodeURIComponent(name)}`;
}
