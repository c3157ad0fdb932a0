import { createHash } from "node:crypto";
import { type Clock, Problem, type Random } from "@signalbox/base";
import type { Store, Transaction } from "@signalbox/store";
import { formatJoinToken } from "../../credentials/join-token.ts";
import { JOIN_TOKEN, SERVER } from "../../model/kinds.ts";

const SECRET_BYTES = 32;

/** What goes into a machine's seed. */
export interface JoinTicket {
  /** `SECRET.PIN` */
  readonly token: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Makes the tokens that machines enrol with. */
export interface JoinTokens {
  /**
   * One token for a server; an earlier one is good no more.
   *
   * @throws Problem `not_found`, `being_deleted`
   */
  mint(server: { readonly id: string }): Promise<JoinTicket>;
}

export interface JoinTokensDeps {
  readonly store: Store;
  readonly authority: { readonly pin: string };
  readonly clock: Clock;
  readonly random: Random;
  /** How long a token may wait to be used. */
  readonly lifetimeMs: number;
}

/** The store keeps a hash of the secret, which has 256 random bits: no salt, no stretching. */
export function createJoinTokens(deps: JoinTokensDeps): JoinTokens {
  const { store, authority, clock, random, lifetimeMs } = deps;
  return {
    mint: async ({ id }) => {
      const secret = random.bytes(SECRET_BYTES).toString("base64url");
      const now = clock.now();
      const expiresAt = new Date(now + lifetimeMs).toISOString();
      await store.transact((tx) => {
        const server = tx.get(SERVER, id)?.value;
        if (server === undefined) throw new Problem("not_found", `there is no server ${id}`);
        if (server.metadata.deletedAt !== undefined) {
          throw new Problem("being_deleted", `the server ${id} is being deleted`);
        }
        forgetTokens(tx, id);
        tx.create(JOIN_TOKEN, secretHash(secret), {
          serverId: id,
          incarnation: server.incarnation,
          mintedAt: new Date(now).toISOString(),
          expiresAt,
        });
      });
      return { token: formatJoinToken({ secret, pin: authority.pin }), expiresAt };
    },
  };
}

/** Id of the token that a secret belongs to. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Takes away whatever tokens a server has. */
export function forgetTokens(tx: Transaction, serverId: string): void {
  for (const { id } of tx.list(JOIN_TOKEN, { index: { name: "server", value: serverId } }).items) {
    tx.delete(JOIN_TOKEN, id);
  }
}
