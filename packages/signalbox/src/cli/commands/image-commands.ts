import { pathToFileURL } from "node:url";
import { Argument, type Command, Option } from "commander";
import { addClientCommand } from "../client-command.ts";
import type { CliIo } from "../cli-io.ts";
import {
  metadataBody,
  type MetadataFlags,
  metadataOptions,
  type WaitFlags,
  waitOptions,
} from "../options.ts";
import { IMAGE_TYPE } from "../resources/resource-types.ts";
import { addCommonCommands, printOutcome } from "./common-commands.ts";

interface ImageFlags extends MetadataFlags, WaitFlags {
  readonly from: string;
  readonly format: string;
  readonly sha256?: string;
  readonly arch: string;
  readonly osFamily: string;
  readonly osDistro: string;
  readonly osVersion: string;
}

/** `signalbox image …` */
export function addImageCommands(program: Command, io: CliIo): void {
  const group = addCommonCommands(program, io, IMAGE_TYPE);
  addClientCommand<ImageFlags>(group, io, {
    name: "create",
    summary: "import an image from an address or a file that the daemon may read",
    arguments: [new Argument("<name>", "its name")],
    options: [
      new Option("--from <url-or-path>", "where the bytes are").makeOptionMandatory(),
      new Option("--format <format>", "form of the bytes")
        .choices(["qcow2", "raw"])
        .default("qcow2"),
      new Option("--sha256 <hex>", "digest that the bytes must have"),
      new Option("--arch <architecture>", "processor")
        .choices(["x86_64", "aarch64"])
        .default("x86_64"),
      new Option("--os-family <name>", "family of the operating system").default("debian"),
      new Option("--os-distro <name>", "distribution").default("debian"),
      new Option("--os-version <version>", "version of the distribution").default("unknown"),
      ...metadataOptions(),
      ...waitOptions(),
    ],
    run: async (session, [name = ""], flags) => {
      const { body } = await session.client.call("POST", IMAGE_TYPE.collection(session), {
        body: {
          metadata: metadataBody(name, flags),
          spec: {
            organizationId: session.require("organization"),
            uri: /^[a-z]+:/.test(flags.from) ? flags.from : pathToFileURL(flags.from).href,
            format: flags.format,
            architecture: flags.arch,
            virtualization: "virtualized",
            os: {
              kernel: "linux",
              family: flags.osFamily,
              distro: flags.osDistro,
              version: flags.osVersion,
            },
            ...(flags.sha256 === undefined ? {} : { sha256: flags.sha256 }),
          },
        },
      });
      await printOutcome(session, IMAGE_TYPE, body, flags);
    },
  });
}
