import type { Clock, Random } from "@signalbox/base";
import type { Reader } from "@signalbox/store";
import type { Config } from "../config/schema.ts";
import { ensureAdminToken } from "./admin-token.ts";
import { declareInDataConfig } from "./data-config-file.ts";
import type { DataFiles } from "./data-files.ts";
import { missingDeclarations, type ProviderType } from "./first-declarations.ts";
import { assertDeclarationsKept } from "./lost-declarations.ts";

/**
 * What a first start does to the data directory, which the caller must hold alone: declares what
 * nothing declared yet, and makes the administrator's token. Every later start finds all of it
 * there; one that died in between is gone on with.
 *
 * @throws Problem `config_invalid` when the file is lost that declared what the store refers to
 */
export function completeConfig(
  config: Config,
  files: DataFiles,
  providers: readonly ProviderType[],
  deps: {
    readonly clock: Clock;
    readonly random: Random;
    readonly store: Pick<Reader, "list">;
  },
): Config {
  const declarations = missingDeclarations(config, providers, deps.random);
  assertDeclarationsKept(files.config, declarations, deps.store);
  declareInDataConfig(files.config, declarations);
  ensureAdminToken(files, deps);
  return { ...config, ...declarations };
}
