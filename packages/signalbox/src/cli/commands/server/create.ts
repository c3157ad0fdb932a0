import { Argument, type Command, Option } from "commander";
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
import {
  FLAVOR_TYPE,
  IMAGE_TYPE,
  NETWORK_TYPE,
  SERVER_TYPE,
  SSH_CA_TYPE,
} from "../../resources/resource-types.ts";
import { printOutcome } from "../common-commands.ts";
import { networkingBody, type NetworkingFlags, networkingOptions } from "./networking.ts";
import { readUserData, USER_DATA_OPTION } from "./user-data.ts";

interface CreateFlags extends MetadataFlags, WaitFlags, NetworkingFlags {
  readonly network: string;
  readonly flavor: string;
  readonly image: string;
  readonly userData?: string;
  readonly sshCa?: string;
  readonly sshInjection?: string;
}

/** `signalbox server create` */
export function addServerCreate(group: Command, io: CliIo): void {
  addClientCommand<CreateFlags>(group, io, {
    name: "create",
    summary: "create a server",
    arguments: [new Argument("<name>", "its name, also its host name")],
    options: [
      new Option("--network <network>", "network that it joins").makeOptionMandatory(),
      new Option("--flavor <flavor>", "CPUs, memory and disk").makeOptionMandatory(),
      new Option("--image <image>", "image that it boots").makeOptionMandatory(),
      USER_DATA_OPTION(),
      ...networkingOptions(),
      new Option("--ssh-ca <authority>", "SSH authority whose certificates may log in"),
      new Option("--ssh-injection <mode>", "how SSH keys get in").choices([
        "ca",
        "identityKeypair",
        "none",
      ]),
      ...metadataOptions(),
      ...waitOptions(),
    ],
    run: async (session, [name = ""], flags) => {
      const sshAuthority =
        flags.sshCa === undefined
          ? {}
          : { sshCertificateAuthorityId: await findResourceId(session, SSH_CA_TYPE, flags.sshCa) };
      const networking = await networkingBody(session, flags);
      const { body } = await session.client.call("POST", SERVER_TYPE.collection(session), {
        body: {
          metadata: metadataBody(name, flags),
          spec: {
            networkId: await findResourceId(session, NETWORK_TYPE, flags.network),
            flavorId: await findResourceId(session, FLAVOR_TYPE, flags.flavor),
            imageId: await findResourceId(session, IMAGE_TYPE, flags.image),
            ...(networking === undefined ? {} : { networking }),
            ...(await readUserData(flags.userData)),
            ...sshAuthority,
            ...(flags.sshInjection === undefined ? {} : { sshInjection: flags.sshInjection }),
          },
        },
      });
      await printOutcome(session, SERVER_TYPE, body, flags);
    },
  });
}
