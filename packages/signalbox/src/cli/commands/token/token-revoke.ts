import type { AddTokenCommand } from "./token-commands.ts";

/** `signalbox token revoke` */
export const addTokenRevoke: AddTokenCommand = (group, withContext) => {
  const command = group
    .command("revoke")
    .argument("<token>", "the token's id or name")
    .description("revoke a token; a running daemon refuses it from its next request on");
  withContext(command, async ({ tokens, io }) => {
    const record = await tokens.revoke(command.args[0] ?? "");
    io.stderr.write(`token ${record.id} (${record.name}) revoked\n`);
  });
};
