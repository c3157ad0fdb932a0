import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, silentLog, systemRandom, VirtualClock } from "@signalbox/base";
import { openSqliteStore, type Store } from "@signalbox/store";
import type { Scope } from "@signalbox/testing";
import { KINDS } from "../../model/kinds.ts";
import { type NodeCertificateAuthority, openNodeAuthority } from "../node-certificate-authority.ts";

/** A folder of a test's own. */
export function testFolder(t: Scope): string {
  const path = mkdtempSync(join(tmpdir(), "authority-"));
  // What is closed later may write until then.
  t.after(() => rmSync(path, { recursive: true, maxRetries: 10 }));
  return path;
}

export async function testStore(t: Scope, directory: string, clock: Clock): Promise<Store> {
  const store = await openSqliteStore({ directory, kinds: KINDS, clock, log: silentLog });
  t.after(() => store.close());
  return store;
}

export interface AuthorityFixture {
  readonly folder: string;
  readonly keyFile: string;
  readonly store: Store;
  /** Begins at the present: certificates are checked by programs that have no other clock. */
  readonly clock: VirtualClock;
  readonly authority: NodeCertificateAuthority;
}

/** An authority in a store of its own. */
export async function createAuthorityFixture(t: Scope): Promise<AuthorityFixture> {
  const folder = testFolder(t);
  const clock = new VirtualClock(Date.now());
  const store = await testStore(t, join(folder, "store"), clock);
  const keyFile = join(folder, "authority.key");
  const authority = await openNodeAuthority({ store, keyFile, clock, random: systemRandom });
  return { folder, keyFile, store, clock, authority };
}
