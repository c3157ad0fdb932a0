import type { LoadedConfig } from "../config/load-config.ts";
import type { ServeAgent } from "./commands/agent/agent-command.ts";
import type { DiscardAuthority } from "./commands/node/node-ca-commands.ts";
import type { OpenTokens } from "./commands/token/token-commands.ts";
import type { Diagnose } from "./diagnose-port.ts";

/** What commands need of the daemon's parts; main.ts has them. */
export interface ProgramParts {
  readonly version: string;
  readonly serve: (config: LoadedConfig) => Promise<void>;
  readonly serveAgent: ServeAgent;
  readonly openTokens: OpenTokens;
  readonly diagnose: Diagnose;
  readonly discardAuthority: DiscardAuthority;
}
