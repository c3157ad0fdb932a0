import { Problem } from "@signalbox/base";
import { InvalidArgumentError, Option } from "commander";
import { parseDurationMs } from "../../../config/duration.ts";
import { OUTPUT_FORMATS, type OutputFormat, renderValue } from "../../output/render.ts";
import { shownToken } from "./shown-token.ts";
import type { AddTokenCommand } from "./token-commands.ts";

interface CreateFlags {
  readonly role: string;
  readonly name: string;
  readonly organization?: string;
  readonly project?: string;
  readonly expires?: number;
  readonly output: OutputFormat;
}

/** `signalbox token create`: prints the token, which is kept nowhere. */
export const addTokenCreate: AddTokenCommand = (group, withContext) => {
  const command = group
    .command("create")
    .description("make a token and print it; it is shown this once")
    .requiredOption("--role <role>", "role that it holds (docs/operations.md lists them)")
    .requiredOption("--name <name>", "what it is for")
    .option("--organization <name-or-id>", "organization that the role holds in")
    .option("--project <name-or-id>", "project that the role holds in")
    .option("--expires <duration>", "how long it is good for, as 30d; default: for ever", lifetime)
    .addOption(
      new Option(
        "-o, --output <format>",
        "table: the token alone; else with all that is known of it",
      )
        .choices(OUTPUT_FORMATS)
        .default("table"),
    );
  withContext(command, async ({ loaded, tokens, io }) => {
    const flags = command.opts<CreateFlags>();
    const { organizations, projects } = loaded.config;
    const project =
      flags.project === undefined ? undefined : find("project", projects, flags.project);
    const { text, record } = await tokens.create({
      name: flags.name,
      role: flags.role,
      organizationId:
        flags.organization === undefined
          ? project?.organizationId
          : find("organization", organizations, flags.organization).id,
      projectId: project?.id,
      lifetimeMs: flags.expires,
    });
    const until = record.expiresAt === undefined ? "never expires" : `expires ${record.expiresAt}`;
    io.stderr.write(`token ${record.id} made; it ${until}\n`);
    const shown =
      flags.output === "table"
        ? text
        : renderValue(flags.output, { token: text, ...shownToken(record) });
    io.stdout.write(`${shown}\n`);
  });
};

function lifetime(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined || ms === 0) throw new InvalidArgumentError("Write it as 30d, 12h or 45m.");
  return ms;
}

function find<T extends { readonly id: string; readonly name: string }>(
  what: string,
  items: readonly T[],
  nameOrId: string,
): T {
  const found = items.filter(({ id, name }) => id === nameOrId || name === nameOrId);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (first !== undefined) {
    throw new Problem("conflict", `several ${what}s are named ${nameOrId}; give an id`);
  }
  const known = items.map(({ name }) => name).join(", ") || "none declared";
  throw new Problem("not_found", `there is no ${what} ${nameOrId}; there are: ${known}`);
}
