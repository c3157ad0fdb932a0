import { leastRole, NOT_AUTHORIZED } from "../../../../node-api/rule-table.ts";

/** The words of gRPC for a connection that there is none of (node-api §2.4). */
const NO_CONNECTION = /^connection error: desc = "(.*)"$/s;

/** Who is too early, or means a machine without the agent. */
const NO_MACHINE = /^no machine (?:is selected by )?".*"(?: has enrolled)?$/s;

export interface FailedCall {
  /** Methods that the command calls. */
  readonly paths: readonly string[];
  /** Where the node API is, when the command itself has no connection to it. */
  readonly unreached?: string | undefined;
}

/** What the fixed texts of the node API mean to whoever typed the command; others as they are. */
export function failureText(text: string, { paths, unreached }: FailedCall): string {
  if (text === NOT_AUTHORIZED) return `${text}; the role ${leastRole(paths)} would do`;
  if (NO_MACHINE.test(text)) return `${text}; an agent enrols within half a minute of its start`;
  const cause = NO_CONNECTION.exec(text)?.[1]?.trim();
  if (cause === undefined) return text;
  if (unreached === undefined) {
    return `the agent of this machine cannot be reached (${cause}); while the machine starts or goes down, try again`;
  }
  return `the node API at ${unreached} cannot be reached (${cause}); does a daemon run, and listen there? \`signalbox node config new\` writes the right address`;
}
