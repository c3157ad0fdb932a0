import { type Command, Option } from "commander";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import { type MetadataFlags, metadataOptions, type WaitFlags, waitOptions } from "../../options.ts";
import { findResourceId } from "../../resources/find-resource.ts";
import { IMAGE_TYPE, SERVER_TYPE } from "../../resources/resource-types.ts";
import { readResource } from "../../resources/wait-for.ts";
import { nameArgument, printOutcome } from "../common-commands.ts";
import { replaceResource } from "../replace-resource.ts";
import { networkingBody, type NetworkingFlags, networkingOptions } from "./networking.ts";
import { readUserData, USER_DATA_OPTION } from "./user-data.ts";

interface UpdateFlags extends MetadataFlags, WaitFlags, NetworkingFlags {
  readonly image?: string;
  readonly userData?: string;
}

/** `signalbox server update` */
export function addServerUpdate(group: Command, io: CliIo): void {
  addClientCommand<UpdateFlags>(group, io, {
    name: "update",
    summary: "change a server; what is not given stays (another image rebuilds its disk)",
    arguments: [nameArgument(SERVER_TYPE)],
    options: [
      new Option("--image <image>", "rebuild it from this image: what is on its disk is lost"),
      USER_DATA_OPTION(),
      ...networkingOptions(),
      new Option("--no-public-ip", "take its public address away"),
      ...metadataOptions(),
      ...waitOptions(),
    ],
    run: async (session, [name = ""], flags) => {
      const id = await findResourceId(session, SERVER_TYPE, name);
      const { spec } = await readResource(session, SERVER_TYPE, id);
      const networking = await networkingBody(session, flags);
      const imageId = flags.image && (await findResourceId(session, IMAGE_TYPE, flags.image));
      const body = await replaceResource(session, SERVER_TYPE, id, flags, {
        ...(imageId === undefined ? {} : { imageId }),
        ...(networking === undefined
          ? {}
          : { networking: { ...(spec["networking"] as object | undefined), ...networking } }),
        ...(await readUserData(flags.userData)),
      });
      await printOutcome(session, SERVER_TYPE, body, flags);
    },
  });
}
