import { readFileSync } from "node:fs";
import { type Clock, Problem, type Random, writeFileAtomically } from "@signalbox/base";
import { grantFault } from "./compile-access.ts";
import { withFileLock } from "./file-lock.ts";
import { type RoleCatalogue, unknownRole } from "./role-catalogue.ts";
import { newToken } from "./token.ts";
import { formatTokenDocument, parseTokenDocument, type TokenRecord } from "./token-record.ts";

export interface TokenRequest {
  /** For people, in lists and audit records. */
  readonly name: string;
  readonly role: string;
  readonly organizationId?: string | undefined;
  readonly projectId?: string | undefined;
  /** Absent: it never expires. */
  readonly lifetimeMs?: number | undefined;
}

/** Makes, lists and revokes tokens by rewriting the token file. */
export interface TokenAdmin {
  /**
   * The token's text is answered here and kept nowhere.
   *
   * @throws Problem `invalid_request` for an unknown role or a grant that would grant nothing
   */
  create(request: TokenRequest): Promise<{ readonly text: string; readonly record: TokenRecord }>;
  list(): readonly TokenRecord[];
  /** By id, or by a name that only one token has. @throws Problem `not_found`, `conflict` */
  revoke(idOrName: string): Promise<TokenRecord>;
}

export interface TokenAdminDeps {
  readonly roles: RoleCatalogue;
  readonly clock: Clock;
  readonly random: Random;
}

export function createTokenAdmin(path: string, deps: TokenAdminDeps): TokenAdmin {
  const change = <T>(work: (tokens: readonly TokenRecord[]) => Changed<T>): Promise<T> =>
    withFileLock(`${path}.lock`, deps.clock, () => {
      const { tokens, answer } = work(readTokens(path));
      writeTokens(path, tokens);
      return answer;
    });

  return {
    list: () => readTokens(path),
    create: async (request) => {
      const role = deps.roles.get(request.role);
      if (role === undefined)
        throw new Problem("invalid_request", unknownRole(deps.roles, request.role));
      const fault = grantFault(role, request);
      if (fault !== undefined) throw new Problem("invalid_request", fault);
      const token = newToken(deps.random);
      const record = recordOf(request, token, deps.clock.now());
      await change((tokens) => ({ tokens: [...tokens, record], answer: undefined }));
      return { text: token.text, record };
    },
    revoke: (idOrName) =>
      change((tokens) => {
        const record = findToken(tokens, idOrName);
        return { tokens: tokens.filter(({ id }) => id !== record.id), answer: record };
      }),
  };
}

interface Changed<T> {
  readonly tokens: readonly TokenRecord[];
  readonly answer: T;
}

function recordOf(
  { name, role, organizationId, projectId, lifetimeMs }: TokenRequest,
  { id, hash }: { readonly id: string; readonly hash: string },
  nowMs: number,
): TokenRecord {
  return {
    id,
    name,
    hash,
    role,
    ...(organizationId === undefined ? {} : { organizationId }),
    ...(projectId === undefined ? {} : { projectId }),
    createdAt: new Date(nowMs).toISOString(),
    ...(lifetimeMs === undefined ? {} : { expiresAt: new Date(nowMs + lifetimeMs).toISOString() }),
  };
}

function findToken(tokens: readonly TokenRecord[], idOrName: string): TokenRecord {
  const found = tokens.filter(({ id, name }) => id === idOrName || name === idOrName);
  const [first] = found;
  if (first === undefined) throw new Problem("not_found", `there is no token ${idOrName}`);
  if (found.length === 1) return first;
  const ids = found.map(({ id }) => id).join(", ");
  throw new Problem("conflict", `${found.length} tokens are named ${idOrName}: ${ids}`);
}

function writeTokens(path: string, tokens: readonly TokenRecord[]): void {
  try {
    writeFileAtomically(path, formatTokenDocument(tokens));
  } catch (cause) {
    const message = `${path} cannot be written: ${(cause as Error).message}`;
    throw new Problem("store_unavailable", message, { cause });
  }
}

function readTokens(path: string): readonly TokenRecord[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new Problem("store_unavailable", `${path} cannot be read: ${(error as Error).message}`);
  }
  const parsed = parseTokenDocument(text);
  if (!parsed.ok) throw new Problem("config_invalid", `${path}: ${parsed.error}`);
  return parsed.value;
}
