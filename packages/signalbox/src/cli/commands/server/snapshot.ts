import { Argument, type Command } from "commander";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import {
  metadataBody,
  type MetadataFlags,
  metadataOptions,
  type WaitFlags,
  waitOptions,
} from "../../options.ts";
import { findResourceId } from "../../resources/find-resource.ts";
import { IMAGE_TYPE, SERVER_TYPE } from "../../resources/resource-types.ts";
import { nameArgument, printOutcome } from "../common-commands.ts";

/** `signalbox server snapshot` */
export function addServerSnapshot(group: Command, io: CliIo): void {
  addClientCommand<MetadataFlags & WaitFlags>(group, io, {
    name: "snapshot",
    summary: "make an image of a server's disk",
    arguments: [nameArgument(SERVER_TYPE), new Argument("<image>", "name of the new image")],
    options: [...metadataOptions(), ...waitOptions()],
    run: async (session, [name = "", image = ""], flags) => {
      const id = await findResourceId(session, SERVER_TYPE, name);
      const path = `${SERVER_TYPE.collection(session)}/${id}/snapshot`;
      const { body } = await session.client.call("POST", path, {
        body: { metadata: metadataBody(image, flags), spec: {} },
      });
      await printOutcome(session, IMAGE_TYPE, body, flags);
    },
  });
}
