import { type Command, Option } from "commander";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import type { Session } from "../../client/session.ts";
import { repeatable } from "../../options.ts";
import { renderList } from "../../output/render.ts";
import type { Column } from "../../output/render-table.ts";
import { findResourceId } from "../../resources/find-resource.ts";
import { XDS_GROUP_TYPE } from "../../resources/resource-types.ts";
import type { LoadRow, NackRow, NodeRow, TypeRow } from "./wire-types.ts";

interface NodeFlags {
  readonly node?: readonly string[];
  readonly group?: string;
}

const OPTIONS = () => [
  repeatable("--node <id>", "only this node; may be repeated"),
  new Option("--group <name>", "only nodes of this group"),
];

const NODE_COLUMNS: readonly Column<NodeRow>[] = [
  { heading: "NODE", value: ({ nodeId }) => nodeId },
  { heading: "CLUSTER", value: ({ cluster }) => cluster },
  { heading: "GROUP", value: ({ group }) => group?.name },
  { heading: "PROTOCOL", value: ({ protocol }) => protocol },
  { heading: "PEER", value: ({ peer }) => peer },
  { heading: "SINCE", value: ({ openedTime }) => openedTime },
  { heading: "CLIENT", value: ({ userAgent }) => userAgent },
  { heading: "REFUSES", value: ({ types }) => refusedTypes(types) },
];

/** One type of one stream. */
interface StatusRow extends TypeRow {
  readonly nodeId: string;
  readonly group: string | undefined;
}

const STATUS_COLUMNS: readonly Column<StatusRow>[] = [
  { heading: "NODE", value: ({ nodeId }) => nodeId },
  { heading: "GROUP", value: ({ group }) => group },
  { heading: "TYPE", value: ({ type }) => type },
  { heading: "ASKS FOR", value: (row) => (row.isWildcard ? "all" : `${row.nameCount} names`) },
  { heading: "STATE", value: ({ state }) => state },
  { heading: "SENT", value: ({ sent }) => sent?.version },
  { heading: "ACCEPTED", value: ({ accepted }) => accepted?.version },
  { heading: "WHY NOT", value: ({ refused }) => refused?.message },
];

const NACK_COLUMNS: readonly Column<NackRow>[] = [
  { heading: "TIME", value: ({ time }) => time },
  { heading: "NODE", value: ({ nodeId }) => nodeId },
  { heading: "TYPE", value: ({ type }) => type },
  { heading: "VERSION", value: ({ version }) => version },
  { heading: "RESOURCES", value: ({ resources }) => resources.join(", ") },
  { heading: "WHY", value: ({ message }) => message },
];

const LOAD_COLUMNS: readonly Column<LoadRow>[] = [
  { heading: "NODE", value: ({ nodeId }) => nodeId },
  { heading: "GROUP", value: ({ group }) => group?.name },
  { heading: "CLUSTER", value: ({ cluster }) => cluster },
  { heading: "SUCCEEDED", value: ({ succeeded }) => String(succeeded) },
  { heading: "FAILED", value: ({ failed }) => String(failed) },
  { heading: "DROPPED", value: ({ dropped }) => String(dropped) },
  { heading: "IN PROGRESS", value: ({ inProgress }) => String(inProgress) },
  { heading: "SECONDS", value: ({ intervalMs }) => (intervalMs / 1000).toFixed(1) },
  { heading: "TIME", value: ({ time }) => time },
];

/** `signalbox xds nodes|status|nacks|loads` */
export function addXdsNodeCommands(xds: Command, io: CliIo): void {
  addClientCommand<NodeFlags>(xds, io, {
    name: "nodes",
    summary: "list the nodes that are connected",
    options: OPTIONS(),
    run: async (session, _args, flags) => {
      session.print(renderList(session.output, NODE_COLUMNS, await listNodes(session, flags)));
    },
  });
  addClientCommand<NodeFlags>(xds, io, {
    name: "status",
    summary: "show which versions each node was sent, accepted and refused",
    options: OPTIONS(),
    run: async (session, _args, flags) => {
      const nodes = await listNodes(session, flags);
      const rows = nodes.flatMap(({ nodeId, group, types }) =>
        types.map((type): StatusRow => ({ ...type, nodeId, group: group?.name })),
      );
      session.print(renderList(session.output, STATUS_COLUMNS, rows));
    },
  });
  addClientCommand<NodeFlags>(xds, io, {
    name: "nacks",
    summary: "list what nodes refused, and why; the last first",
    options: OPTIONS(),
    run: async (session, _args, flags) => {
      const query = await filterOf(session, flags);
      const { body } = await session.client.call("GET", "/api/v2/xds/nacks", { query });
      session.print(renderList(session.output, NACK_COLUMNS, body as readonly NackRow[]));
    },
  });
  addClientCommand<NodeFlags>(xds, io, {
    name: "loads",
    summary: "show the load that nodes reported last, by cluster",
    options: OPTIONS(),
    run: async (session, _args, flags) => {
      const loads = await session.client.list("/api/v2/xds/loads", await filterOf(session, flags));
      session.print(renderList(session.output, LOAD_COLUMNS, loads as readonly LoadRow[]));
    },
  });
}

/** The streams of nodes, page by page. */
export async function listNodes(
  session: Session,
  flags: NodeFlags,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly NodeRow[]> {
  const query = { ...(await filterOf(session, flags)), ...more };
  return (await session.client.list("/api/v2/xds/nodes", query)) as readonly NodeRow[];
}

async function filterOf(
  session: Session,
  { node, group }: NodeFlags,
): Promise<Readonly<Record<string, string | readonly string[] | undefined>>> {
  const groupID =
    group === undefined ? undefined : await findResourceId(session, XDS_GROUP_TYPE, group);
  return { nodeID: node, groupID };
}

function refusedTypes(types: readonly TypeRow[]): string {
  return types.flatMap(({ type, refused }) => (refused === undefined ? [] : [type])).join(", ");
}
