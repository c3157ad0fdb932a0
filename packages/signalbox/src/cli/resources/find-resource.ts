import { Problem } from "@signalbox/base";
import type { Session } from "../client/session.ts";
import { type ApiResource, isApiResource } from "./api-resource.ts";
import { isId } from "./is-id.ts";
import type { ResourceType } from "./resource-type.ts";

const NAMES_SHOWN = 10;

/** Every resource of the type that the caller may see. */
export async function listResources(
  session: Session,
  type: ResourceType,
  query: Readonly<Record<string, string | readonly string[] | undefined>> = {},
): Promise<readonly ApiResource[]> {
  const items = await session.client.list(type.collection(session), {
    ...type.listQuery?.(session),
    ...query,
  });
  return items.filter(isApiResource);
}

/** The id that a name or an id stands for. @throws Problem `not_found`, `invalid_request` */
export async function findResourceId(
  session: Session,
  type: ResourceType,
  nameOrId: string,
): Promise<string> {
  if (isId(nameOrId)) return nameOrId.toLowerCase();
  const all = await listResources(session, type);
  const matches = all.filter((resource) => resource.metadata.name === nameOrId);
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only.metadata.id;
  if (matches.length > 1) {
    const ids = matches.map((resource) => `\n  ${resource.metadata.id}`).join("");
    throw new Problem(
      "invalid_request",
      `${matches.length} ${type.plural} have the name ${nameOrId}; give one of these ids:${ids}`,
    );
  }
  throw new Problem("not_found", `no ${type.title} has the name ${nameOrId}${known(type, all)}`);
}

function known(type: ResourceType, all: readonly ApiResource[]): string {
  if (all.length === 0) {
    const command = [type.parent, type.command].filter(Boolean).join(" ");
    return `; there are none (\`signalbox ${command} create\`)`;
  }
  const names = [...new Set(all.map((resource) => resource.metadata.name))];
  const more = names.length > NAMES_SHOWN ? ", …" : "";
  return `; there are: ${names.slice(0, NAMES_SHOWN).join(", ")}${more}`;
}
