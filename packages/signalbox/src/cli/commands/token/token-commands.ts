import { existsSync } from "node:fs";
import { Problem } from "@signalbox/base";
import type { Command } from "commander";
import { type LoadedConfig, loadConfig } from "../../../config/load-config.ts";
import type { CliIo } from "../../cli-io.ts";
import { addDataDirFlags, flagValues } from "../../config-flags.ts";
import { addTokenCreate } from "./token-create.ts";
import { addTokenList } from "./token-list.ts";
import type { TokenPort } from "./token-port.ts";
import { addTokenRevoke } from "./token-revoke.ts";

/** What one token command works with. */
export interface TokenContext {
  readonly loaded: LoadedConfig;
  readonly tokens: TokenPort;
  readonly io: CliIo;
}

export type OpenTokens = (config: LoadedConfig) => Promise<TokenPort>;

/** Adds a token command: the flags that find the data directory, and the context from them. */
export type AddTokenCommand = (
  group: Command,
  withContext: (command: Command, run: (context: TokenContext) => Promise<void>) => void,
) => void;

/** `signalbox token …`: works on the data directory of a daemon on this machine. */
export function addTokenCommands(program: Command, io: CliIo, openTokens: OpenTokens): void {
  const group = program
    .command("token")
    .description("make, list and revoke bearer tokens; a running daemon sees it at once");
  for (const add of [addTokenCreate, addTokenList, addTokenRevoke] as AddTokenCommand[]) {
    add(group, (command, run) => {
      addDataDirFlags(command);
      command.action(async () => {
        const loaded = loadConfig({ ...flagValues(command), environment: io.environment });
        requireDataDirectory(loaded.dataDir);
        await run({ loaded, tokens: await openTokens(loaded), io });
      });
    });
  }
}

/** Tokens in a directory that no daemon has started on would be tokens for nobody. */
function requireDataDirectory(path: string): void {
  if (existsSync(path)) return;
  throw new Problem(
    "store_unavailable",
    `there is no data directory ${path}; the first \`signalbox serve --data-dir ${path}\` makes it`,
  );
}
