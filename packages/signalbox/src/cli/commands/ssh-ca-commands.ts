import { readFile } from "node:fs/promises";
import { Problem } from "@signalbox/base";
import { Argument, type Command, Option } from "commander";
import { addClientCommand } from "../client-command.ts";
import type { CliIo } from "../cli-io.ts";
import { metadataBody, type MetadataFlags, metadataOptions } from "../options.ts";
import { SSH_CA_TYPE } from "../resources/resource-types.ts";
import { addCommonCommands, printOutcome } from "./common-commands.ts";
import { unreadableFile } from "../unreadable-file.ts";

/** `signalbox ssh-ca …` */
export function addSshCaCommands(program: Command, io: CliIo): void {
  const group = addCommonCommands(program, io, SSH_CA_TYPE);
  addClientCommand<MetadataFlags & { readonly publicKey: string }>(group, io, {
    name: "create",
    summary: "register an SSH certificate authority",
    arguments: [new Argument("<name>", "its name")],
    options: [
      new Option("--public-key <file>", "its public key, one OpenSSH line").makeOptionMandatory(),
      ...metadataOptions(),
    ],
    run: async (session, [name = ""], flags) => {
      const { body } = await session.client.call("POST", SSH_CA_TYPE.collection(session), {
        body: {
          metadata: metadataBody(name, flags),
          spec: {
            organizationId: session.require("organization"),
            projectId: session.require("project"),
            publicKey: await readPublicKey(flags.publicKey),
          },
        },
      });
      await printOutcome(session, SSH_CA_TYPE, body, { timeout: 0 });
    },
  });
}

/** @throws Problem `invalid_request`, before a private key leaves this machine */
async function readPublicKey(path: string): Promise<string> {
  const text = await readTextFile(path);
  if (!text.includes("PRIVATE KEY")) return text;
  throw new Problem(
    "invalid_request",
    `${path} holds a private key, which was not sent; give the public one, as ${path}.pub`,
  );
}

async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw unreadableFile(path, error);
  }
}
