import { existsSync, readFileSync } from "node:fs";
import { type Clock, type Random, writeFileAtomically } from "@signalbox/base";
import { hashToken, newToken, parseTokenId } from "../services/identity/token.ts";
import { formatTokenDocument, type TokenRecord } from "../services/identity/token-record.ts";
import type { DataFiles } from "./data-files.ts";

const ADMINISTRATOR_ROLE = "platform-administrator";

/**
 * Makes the administrator's token on the first start, which is over when the token file exists.
 * A start that died in between finds the token's own file and goes on with it. Later starts leave
 * both alone, so that a token which was revoked stays so.
 */
export function ensureAdminToken(
  files: Pick<DataFiles, "adminToken" | "tokens">,
  deps: { readonly clock: Clock; readonly random: Random },
): void {
  if (existsSync(files.tokens)) return;
  const text = readAdminToken(files.adminToken) ?? newToken(deps.random).text;
  writeFileAtomically(files.adminToken, `${text}\n`);
  const id = parseTokenId(text);
  const record: TokenRecord = {
    id: id.ok ? id.value : "",
    name: "administrator",
    hash: hashToken(text),
    role: ADMINISTRATOR_ROLE,
    createdAt: new Date(deps.clock.now()).toISOString(),
  };
  writeFileAtomically(files.tokens, formatTokenDocument([record]));
}

/** The file that holds the administrator's token; undefined when somebody took it away. */
export function adminTokenFile({ adminToken }: Pick<DataFiles, "adminToken">): string | undefined {
  return existsSync(adminToken) ? adminToken : undefined;
}

function readAdminToken(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, "utf8").trim();
  return parseTokenId(text).ok ? text : undefined;
}
