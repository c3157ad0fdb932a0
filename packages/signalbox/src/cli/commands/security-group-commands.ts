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
import { NETWORK_TYPE, SECURITY_GROUP_TYPE } from "../resources/resource-types.ts";
import { addCommonCommands, nameArgument, printOutcome } from "./common-commands.ts";
import { parseRule } from "./parse-rule.ts";
import { replaceResource } from "./replace-resource.ts";

interface GroupFlags extends MetadataFlags, WaitFlags {
  readonly network: string;
  readonly rule?: readonly string[];
}

const RULE = repeatable(
  "--rule <rule>",
  "DIRECTION:PROTOCOL[:PORT[-PORT]][:CIDR], such as ingress:tcp:22 or ingress:tcp:80-90:10.0.0.0/8; may be repeated",
);

/** `signalbox security-group …` */
export function addSecurityGroupCommands(program: Command, io: CliIo): void {
  const group = addCommonCommands(program, io, SECURITY_GROUP_TYPE);
  addClientCommand<GroupFlags>(group, io, {
    name: "create",
    summary: "create a security group",
    arguments: [new Argument("<name>", "its name")],
    options: [
      new Option("--network <network>", "network whose servers it is for").makeOptionMandatory(),
      RULE,
      ...metadataOptions(),
      ...waitOptions(),
    ],
    run: async (session, [name = ""], flags) => {
      const networkId = await findResourceId(session, NETWORK_TYPE, flags.network);
      const rules = (flags.rule ?? []).map(parseRule);
      const { body } = await session.client.call("POST", SECURITY_GROUP_TYPE.collection(session), {
        body: { metadata: metadataBody(name, flags), spec: { networkId, rules } },
      });
      await printOutcome(session, SECURITY_GROUP_TYPE, body, flags);
    },
  });

  addClientCommand<GroupFlags>(group, io, {
    name: "update",
    summary: "replace the rules, the description or the tags; what is not given stays",
    arguments: [nameArgument(SECURITY_GROUP_TYPE)],
    options: [RULE, ...metadataOptions(), ...waitOptions()],
    run: async (session, [name = ""], flags) => {
      const id = await findResourceId(session, SECURITY_GROUP_TYPE, name);
      const spec = flags.rule === undefined ? {} : { rules: flags.rule.map(parseRule) };
      const body = await replaceResource(session, SECURITY_GROUP_TYPE, id, flags, spec);
      await printOutcome(session, SECURITY_GROUP_TYPE, body, flags);
    },
  });
}
