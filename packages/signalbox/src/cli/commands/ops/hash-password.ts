import { systemRandom } from "@signalbox/base";
import type { Command } from "commander";
import type { CliIo } from "../../cli-io.ts";
import { type PasswordIo, readPassword } from "./read-password.ts";

type HashPasswordIo = PasswordIo & Pick<CliIo, "stdout">;

/** `signalbox ops hash-password`: what `opsUsers` hold. It asks no daemon. */
export function addOpsHashPassword(group: Command, io: HashPasswordIo): void {
  group
    .command("hash-password")
    .description(
      "make the hash of a password for `opsUsers`; reads it from the input, never from arguments",
    )
    .action(async () => {
      const password = await readPassword(io);
      const { hashPassword, passwordText } = await import("@signalbox/ops");
      const hash = await hashPassword(password, { random: systemRandom });
      io.stdout.write(`${passwordText(hash)}\n`);
    });
}
