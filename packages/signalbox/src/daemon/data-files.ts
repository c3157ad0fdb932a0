import { join } from "node:path";
import { DATA_CONFIG_FILE } from "../config/data-config-file.ts";

/** Where everything lies in the data directory. */
export interface DataFiles {
  readonly directory: string;
  /** What the first start declared. */
  readonly config: string;
  /** The administrator's token, one line. */
  readonly adminToken: string;
  /** Hashes of all tokens. */
  readonly tokens: string;
  /** Addresses of the running daemon; absent when none runs. */
  readonly endpoints: string;
  readonly store: string;
  /** How far the store was; outside of it, so that it is not lost together with it. */
  readonly storeRevision: string;
  /** Opens the private keys of the node authority, which lie in the store. */
  readonly authorityKey: string;
  readonly audit: string;
  /** One folder a region. */
  readonly providers: string;
}

export function dataFiles(directory: string): DataFiles {
  return {
    directory,
    config: join(directory, DATA_CONFIG_FILE),
    adminToken: join(directory, "admin.token"),
    tokens: join(directory, "tokens.json"),
    endpoints: join(directory, "endpoints.json"),
    store: join(directory, "store"),
    storeRevision: join(directory, "store.revision"),
    authorityKey: join(directory, "authority.key"),
    audit: join(directory, "audit"),
    providers: join(directory, "providers"),
  };
}
