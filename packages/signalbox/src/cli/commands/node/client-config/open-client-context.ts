import { readFileSync } from "node:fs";
import { Problem } from "@signalbox/base";
import type { ClientContext } from "./client-config.ts";
import { readClientContext } from "./read-client-context.ts";
import { unreadableFile } from "../../../unreadable-file.ts";

const CONFIG_VARIABLES = ["SIGNALBOX_NODE_CONFIG", "TALOSCONFIG"] as const;

/** Which context of which file. */
export interface ClientContextFlags {
  /** @default what the environment says */
  readonly config?: string;
  /** @default the one that the file chooses */
  readonly context?: string;
}

/**
 * Reads the context that flags or environment name; undefined when they name no file.
 *
 * @throws Problem `invalid_request` for a file that cannot be read, or says too little
 */
export function openClientContext(
  flags: ClientContextFlags,
  environment: Readonly<Record<string, string | undefined>>,
): ClientContext | undefined {
  const variables = CONFIG_VARIABLES.map((name) => environment[name]);
  const path = flags.config ?? variables.find((value) => value !== undefined && value !== "");
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw unreadableFile(path, error);
  }
  const context = readClientContext(text, flags.context);
  if (!context.ok) throw new Problem("invalid_request", `${path}: ${context.error}`);
  return context.value;
}
