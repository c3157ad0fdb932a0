import { Problem } from "@signalbox/base";
import { Argument, type Command } from "commander";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import type { Session } from "../../client/session.ts";
import { metadataBody, type MetadataFlags, metadataOptions, repeatable } from "../../options.ts";
import { renderItem } from "../../output/render.ts";
import { isApiResource } from "../../resources/api-resource.ts";
import { findResourceId } from "../../resources/find-resource.ts";
import { NETWORK_TYPE, XDS_GROUP_TYPE } from "../../resources/resource-types.ts";
import { addCommonCommands, nameArgument } from "../common-commands.ts";
import { replaceResource } from "../replace-resource.ts";
import { parseEndpoints } from "./parse-endpoints.ts";

interface GroupFlags extends MetadataFlags {
  readonly node?: readonly string[];
  readonly cluster?: readonly string[];
  readonly endpoints?: readonly string[];
}

const OPTIONS = () => [
  repeatable("--node <id>", "a node of the group; may be repeated"),
  repeatable("--cluster <name>", "all nodes of this cluster; may be repeated"),
  repeatable(
    "--endpoints <cluster:port:selector>",
    "endpoints that follow running servers: network=NAME, tag=NAME=VALUE, or both with a comma; may be repeated",
  ),
  ...metadataOptions(),
];

/** `signalbox xds group …` */
export function addXdsGroupCommands(xds: Command, io: CliIo): void {
  const group = addCommonCommands(xds, io, XDS_GROUP_TYPE);
  addClientCommand<GroupFlags>(group, io, {
    name: "create",
    summary: "create an xDS group",
    arguments: [new Argument("<name>", "its name")],
    options: OPTIONS(),
    run: async (session, [name = ""], flags) => {
      const spec = {
        organizationId: session.require("organization"),
        projectId: session.require("project"),
        nodes: { ids: flags.node ?? [], clusters: flags.cluster ?? [] },
        endpoints: await endpointsOf(session, flags.endpoints ?? []),
      };
      const body = { metadata: metadataBody(name, flags), spec };
      const made = await session.client.call("POST", XDS_GROUP_TYPE.collection(session), { body });
      printGroup(session, made.body);
    },
  });

  addClientCommand<GroupFlags>(group, io, {
    name: "update",
    summary: "change nodes, endpoints, description or tags; what is not given stays",
    arguments: [nameArgument(XDS_GROUP_TYPE)],
    options: OPTIONS(),
    run: async (session, [name = ""], flags) => {
      const id = await findResourceId(session, XDS_GROUP_TYPE, name);
      const spec = await changedSpec(session, id, flags);
      printGroup(session, await replaceResource(session, XDS_GROUP_TYPE, id, flags, spec));
    },
  });
}

/** Ids and clusters are replaced one without the other. */
async function changedSpec(session: Session, id: string, flags: GroupFlags): Promise<object> {
  const { node, cluster, endpoints } = flags;
  const changed = endpoints && { endpoints: await endpointsOf(session, endpoints) };
  if (node === undefined && cluster === undefined) return { ...changed };
  const { body } = await session.client.call("GET", `${XDS_GROUP_TYPE.collection(session)}/${id}`);
  const present = isApiResource(body) ? (body.spec["nodes"] as object) : {};
  const nodes = { ...present, ...(node && { ids: node }), ...(cluster && { clusters: cluster }) };
  return { ...changed, nodes };
}

async function endpointsOf(session: Session, flags: readonly string[]): Promise<readonly object[]> {
  const endpoints: object[] = [];
  for (const text of flags) {
    const parsed = parseEndpoints(text);
    if (!parsed.ok) throw new Problem("invalid_request", `--endpoints ${text}: ${parsed.error}`);
    const { cluster, port, network, tags } = parsed.value;
    const networkId = network && (await findResourceId(session, NETWORK_TYPE, network));
    const from = {
      ...(networkId === undefined ? {} : { networkId }),
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
    };
    endpoints.push({ cluster, port, from });
  }
  return endpoints;
}

function printGroup(session: Session, body: unknown): void {
  if (!isApiResource(body)) throw new TypeError("the answer is not an xDS group");
  session.print(renderItem(session.output, XDS_GROUP_TYPE.columns, body));
}
