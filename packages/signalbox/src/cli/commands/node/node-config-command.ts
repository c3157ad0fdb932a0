import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { Problem, writeFileAtomically } from "@signalbox/base";
import { type Command, InvalidArgumentError, Option } from "commander";
import { IMPERSONATOR, NODE_ROLES } from "../../../node-api/node-role.ts";
import { addClientCommand } from "../../client-command.ts";
import type { CliIo } from "../../cli-io.ts";
import type { Session } from "../../client/session.ts";
import { collect, parseDuration, repeatable } from "../../options.ts";
import { unreadableFile } from "../../unreadable-file.ts";
import { certify } from "./certify.ts";
import {
  addToClientConfig,
  type ClientContext,
  newClientConfig,
} from "./client-config/client-config.ts";

interface ConfigNewFlags {
  readonly role: readonly string[];
  readonly name?: string;
  readonly ttl?: number;
  readonly endpoint?: readonly string[];
  readonly node?: readonly string[];
  readonly context: string;
  readonly out?: string;
  readonly merge?: boolean;
}

const ROLES = NODE_ROLES.filter((role) => role !== IMPERSONATOR);

const OPTIONS = (): readonly Option[] => [
  new Option("--role <role>", `one of ${ROLES.join(", ")}; may be repeated`)
    .argParser((text: string, before: readonly string[] | undefined) =>
      collect(parseRole(text), before),
    )
    .makeOptionMandatory(),
  new Option("--name <name>", "who will use it, as the audit log shall name them (default: you)"),
  new Option(
    "--ttl <duration>",
    "how long it is valid (default: as long as the daemon allows)",
  ).argParser(parseTtl),
  repeatable(
    "--endpoint <host:port>",
    "where the node API is reached, if not where the daemon says; may be repeated",
  ),
  repeatable("--node <node>", "machine that commands mean when none is named; may be repeated"),
  new Option("--context <name>", "name of the context").default("signalbox"),
  new Option("--out <file>", "file to write, mode 0600 (default: standard output)"),
  new Option(
    "--merge",
    "add the context to the file that is there, or replace the one of its name",
  ),
];

/** `signalbox node config new` */
export function addNodeConfigCommands(node: Command, io: CliIo): void {
  const config = node
    .command("config")
    .description("configurations for the client of the node API");
  addClientCommand<ConfigNewFlags>(config, io, {
    name: "new",
    summary:
      "make a key, have it certified, and write a client configuration; with --project for its machines alone",
    options: OPTIONS(),
    run: async (session, _args, flags) => {
      const { out, merge = false, context: name } = flags;
      if (merge && out === undefined) throw new Problem("invalid_request", "--merge needs --out");
      const present = out === undefined ? undefined : presentText(out, merge);
      if (out !== undefined) assertWritable(out);
      const context = await newContext(session, flags);
      const text =
        present === undefined
          ? newClientConfig(name, context)
          : merged(present, out, name, context);
      if (out === undefined) session.io.stdout.write(text);
      else writeFileAtomically(out, text);
    },
  });
}

/** The daemon takes no less. */
const MIN_TTL_MS = 60_000;

function parseTtl(text: string): number {
  const ms = parseDuration(text);
  if (ms >= MIN_TTL_MS) return ms;
  throw new InvalidArgumentError("give 1m or more");
}

function parseRole(text: string): string {
  if ((ROLES as readonly string[]).includes(text)) return text;
  throw new InvalidArgumentError(`give one of ${ROLES.join(", ")}`);
}

/** Before anything is made: a file of somebody's is not written over. */
function presentText(path: string, merge: boolean): string | undefined {
  if (!existsSync(path)) return undefined;
  if (merge) return readPresent(path);
  throw new Problem(
    "already_exists",
    `${path} is there already; --merge adds the context, or replaces the one of its name`,
  );
}

function readPresent(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unreadableFile(path, error);
  }
}

/** Also before anything is made: a certificate that nobody can keep is one too many. */
function assertWritable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Problem("invalid_request", `${path} cannot be written there`, { cause: error });
  }
}

function merged(
  present: string,
  path: string | undefined,
  name: string,
  context: ClientContext,
): string {
  const text = addToClientConfig(present, name, context);
  if (text.ok) return text.value;
  throw new Problem("invalid_request", `${path ?? ""} cannot be added to: ${text.error}`);
}

async function newContext(session: Session, flags: ConfigNewFlags): Promise<ClientContext> {
  const { role, name, ttl, endpoint, node = [] } = flags;
  const credential = await certify(session, { roles: role, name, validMs: ttl });
  const { certificate, key, authority, expiryTime, endpoints } = credential;
  const reached = endpoint ?? endpoints;
  if (reached.length === 0) {
    throw new Problem("invalid_request", "the daemon's node API is off; give an --endpoint");
  }
  session.io.stderr.write(`valid until ${expiryTime}\n`);
  return { endpoints: reached, nodes: node, ca: authority, certificate, key };
}
