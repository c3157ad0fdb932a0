import { Problem } from "@signalbox/base";
import { Argument, type Command, Option } from "commander";
import { addClientCommand } from "../client-command.ts";
import type { CliIo } from "../cli-io.ts";
import type { Session } from "../client/session.ts";
import { parseTag, repeatable, type WaitFlags, waitOptions } from "../options.ts";
import { renderItem, renderList, renderValue } from "../output/render.ts";
import { renderTable } from "../output/render-table.ts";
import { type ApiResource, isApiResource } from "../resources/api-resource.ts";
import { findResourceId, listResources } from "../resources/find-resource.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { NETWORK_TYPE } from "../resources/resource-types.ts";
import { readResource, waitUntilGone, waitUntilSettled } from "../resources/wait-for.ts";

/** The argument of every command about one resource. */
export function nameArgument(type: ResourceType): Argument {
  return new Argument("<name>", `name or id of the ${type.title}`);
}

/** Adds the group `signalbox TYPE` with the verbs that work alike for every type. */
export function addCommonCommands(program: Command, io: CliIo, type: ResourceType): Command {
  const group = program.command(type.command).description(`work with ${type.plural}`);
  for (const verb of type.verbs) COMMON[verb](group, io, type);
  return group;
}

/**
 * Prints what a create or update answered, once it has settled when `--wait` asks for it.
 *
 * @param progress when the wait is over; default the type's own rule
 */
export async function printOutcome(
  session: Session,
  type: ResourceType,
  body: unknown,
  flags: WaitFlags,
  progress: ResourceType["progress"] = type.progress,
): Promise<ApiResource> {
  if (!isApiResource(body)) throw new TypeError(`the answer is not a ${type.title}`);
  const wait = { timeoutMs: flags.timeout, progress };
  const resource = flags.wait
    ? await waitUntilSettled(session, type, body.metadata.id, wait)
    : body;
  session.print(renderItem(session.output, type.columns, resource));
  return resource;
}

interface FilterFlags {
  readonly tag?: readonly string[];
  readonly name?: string;
  readonly status?: string;
  readonly network?: string;
}

const STATUSES = ["pending", "provisioning", "provisioned", "deprovisioning", "error"] as const;

function filterOptions({ filters = [] }: ResourceType): readonly Option[] {
  const own = {
    status: new Option("--status <status>", "only those with the status").choices(STATUSES),
    network: new Option("--network <name-or-id>", "only those on the network"),
  };
  return [
    repeatable("--tag <name=value>", "only those with the tag; may be repeated", parseTag),
    new Option("--name <name>", "only those with the name"),
    ...filters.map((filter) => own[filter]),
  ];
}

/** What the list is asked for. @throws Problem `not_found` for a network that is not there */
async function filterQuery(
  session: Session,
  { tag, name, status, network }: FilterFlags,
): Promise<Readonly<Record<string, string | readonly string[] | undefined>>> {
  const networkID =
    network === undefined ? undefined : await findResourceId(session, NETWORK_TYPE, network);
  return { tag, name, status, networkID };
}

type AddCommand = (group: Command, io: CliIo, type: ResourceType) => void;

const COMMON: Readonly<Record<ResourceType["verbs"][number], AddCommand>> = {
  list: (group, io, type) =>
    addClientCommand<FilterFlags>(group, io, {
      name: "list",
      summary: `list the ${type.plural}`,
      options: filterOptions(type),
      run: async (session, _args, flags) => {
        const items = await listResources(session, type, await filterQuery(session, flags));
        session.print(renderList(session.output, type.columns, items));
      },
    }),

  get: (group, io, type) =>
    addClientCommand<WaitFlags>(group, io, {
      name: "get",
      summary: `show one of the ${type.plural}`,
      arguments: [nameArgument(type)],
      options: waitOptions(),
      run: async (session, [name = ""], flags) => {
        const id = await findResourceId(session, type, name);
        await printOutcome(session, type, await readResource(session, type, id), flags);
      },
    }),

  delete: (group, io, type) =>
    addClientCommand<WaitFlags>(group, io, {
      name: "delete",
      summary: `delete ${type.plural}, in the order given`,
      arguments: [new Argument("<name...>", `names or ids of the ${type.plural}`)],
      options: waitOptions(),
      run: async (session, names, flags) => {
        // A name that is wrong ends the command before anything is gone.
        const ids: string[] = [];
        for (const name of names) ids.push(await findResourceId(session, type, name));
        for (const [i, id] of ids.entries()) {
          await deleteResource(session, type, id, names[i] ?? id);
          if (!flags.wait) session.io.stderr.write(`${type.title} ${names[i]} is being deleted\n`);
        }
        if (!flags.wait) return;
        for (const [i, id] of ids.entries()) {
          await waitUntilGone(session, type, id, { timeoutMs: flags.timeout });
          session.io.stderr.write(`${type.title} ${names[i]} deleted\n`);
        }
      },
    }),

  watch: (group, io, type) =>
    addClientCommand<FilterFlags>(group, io, {
      name: "watch",
      summary: `print each change of the ${type.plural} until Ctrl-C`,
      options: filterOptions(type),
      run: async (session, _args, flags) => {
        const query = { ...type.listQuery?.(session), ...(await filterQuery(session, flags)) };
        for await (const event of session.client.events(type.collection(session), query)) {
          printChange(session, type, event.event, event.data);
        }
      },
    }),
};

/** @throws Problem `forbidden` for what everybody sees and only the operator may take away */
async function deleteResource(
  session: Session,
  type: ResourceType,
  id: string,
  name: string,
): Promise<void> {
  try {
    await session.client.call("DELETE", `${type.collection(session)}/${encodeURIComponent(id)}`);
  } catch (error) {
    if (!Problem.is(error) || error.code !== "not_found") throw error;
    // The API answers alike for what is not there; a read that succeeds tells the two apart.
    await readResource(session, type, id);
    throw new Problem(
      "forbidden",
      `the ${type.title} ${name} belongs to the region, and is not deleted from here`,
      { cause: error },
    );
  }
}

function printChange(session: Session, type: ResourceType, event: string, data: string): void {
  // A bookmark tells a program that resumes where it is; no resource has changed.
  if (event === "bookmark") return;
  const change: unknown = JSON.parse(data);
  if (session.output !== "table") {
    const line = { event, resource: change };
    session.print(
      session.output === "json" ? JSON.stringify(line) : `---\n${renderValue("yaml", line)}`,
    );
    return;
  }
  if (!isApiResource(change)) return;
  const columns = [
    { heading: "EVENT", value: () => event.toUpperCase().padEnd(7) },
    ...type.columns,
  ];
  session.print(renderTable(columns, [change]).split("\n")[1] ?? "");
}
