import { Problem } from "@signalbox/base";
import { Argument, type Command, Option } from "commander";
import { addClientCommand } from "../client-command.ts";
import type { CliIo } from "../cli-io.ts";
import {
  metadataBody,
  type MetadataFlags,
  metadataOptions,
  repeatable,
  type WaitFlags,
  waitOptions,
} from "../options.ts";
import { findResourceId } from "../resources/find-resource.ts";
import { NETWORK_TYPE } from "../resources/resource-types.ts";
import { addCommonCommands, nameArgument, printOutcome } from "./common-commands.ts";
import { replaceResource } from "./replace-resource.ts";

interface UpdateFlags extends MetadataFlags, WaitFlags {
  readonly dns?: readonly string[];
  readonly route?: readonly string[];
}

interface CreateFlags extends UpdateFlags {
  readonly prefix: string;
}

const DNS = repeatable("--dns <address>", "name server for its machines; may be repeated");
const ROUTE = repeatable("--route <prefix=nexthop>", "static route; may be repeated");

/** `signalbox network …` */
export function addNetworkCommands(program: Command, io: CliIo): void {
  const group = addCommonCommands(program, io, NETWORK_TYPE);
  addClientCommand<CreateFlags>(group, io, {
    name: "create",
    summary: "create a network",
    arguments: [new Argument("<name>", "its name")],
    options: [
      new Option("--prefix <cidr>", "IPv4 prefix of its addresses").default("192.168.0.0/24"),
      DNS,
      ROUTE,
      ...metadataOptions(),
      ...waitOptions(),
    ],
    run: async (session, [name = ""], flags) => {
      const { body } = await session.client.call("POST", NETWORK_TYPE.collection(session), {
        body: {
          metadata: metadataBody(name, flags),
          spec: {
            organizationId: session.require("organization"),
            projectId: session.require("project"),
            regionId: session.require("region"),
            prefix: flags.prefix,
            // A create has to say so, even if it names no server.
            dnsNameservers: [],
            ...changeableSpec(flags),
          },
        },
      });
      await printOutcome(session, NETWORK_TYPE, body, flags);
    },
  });

  addClientCommand<UpdateFlags>(group, io, {
    name: "update",
    summary: "change name servers, routes, description or tags; what is not given stays",
    arguments: [nameArgument(NETWORK_TYPE)],
    options: [DNS, ROUTE, ...metadataOptions(), ...waitOptions()],
    run: async (session, [name = ""], flags) => {
      const id = await findResourceId(session, NETWORK_TYPE, name);
      const body = await replaceResource(session, NETWORK_TYPE, id, flags, changeableSpec(flags));
      await printOutcome(session, NETWORK_TYPE, body, flags);
    },
  });
}

/** The members of `spec` that an update may change, as far as they are given. */
function changeableSpec({ dns, route }: UpdateFlags): object {
  return {
    ...(dns === undefined ? {} : { dnsNameservers: dns }),
    ...(route === undefined ? {} : { routes: route.map(parseRoute) }),
  };
}

/** `10.0.0.0/8=192.168.10.9`; the daemon looks at the addresses. */
function parseRoute(text: string): { readonly prefix: string; readonly nexthop: string } {
  const [prefix = "", nexthop = "", more] = text.split("=");
  if (prefix !== "" && nexthop !== "" && more === undefined) return { prefix, nexthop };
  throw new Problem(
    "invalid_request",
    `${text} is not a route; write PREFIX=NEXTHOP, for example 10.0.0.0/8=192.168.10.9`,
  );
}
