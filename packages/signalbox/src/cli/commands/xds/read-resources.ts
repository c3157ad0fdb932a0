import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { Problem } from "@signalbox/base";
import { parseAllDocuments } from "yaml";
import type { CliIo } from "../../cli-io.ts";
import { unreadableFile } from "../../unreadable-file.ts";

/** A resource as a file holds it. */
export interface FileResource {
  /** As the file says it beside the message, for those that do not say it themselves. */
  readonly name?: string;
  readonly resource: Readonly<Record<string, unknown>>;
}

/**
 * The resources of a JSON or YAML file, `-` being standard input: messages with their `@type`,
 * `{name, resource}` for those that do not say their name, lists of either, several documents.
 *
 * @throws Problem `invalid_request`
 */
export async function readResources(path: string, io: CliIo): Promise<readonly FileResource[]> {
  const source = await readText(path, io);
  const documents = parseAllDocuments(source);
  return [...documents].flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw unreadable(path, error.message);
    return resourcesIn(document.toJS() as unknown, path);
  });
}

function resourcesIn(value: unknown, path: string): readonly FileResource[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => resourcesIn(item, path));
  if (typeof value !== "object") throw unreadable(path, "a resource is an object");
  if ("resources" in value) return resourcesIn(value.resources, path);
  const given = value as Readonly<Record<string, unknown>>;
  const wraps = !("@type" in value) && typeof given["resource"] === "object";
  const resource = (wraps ? given["resource"] : value) as Readonly<Record<string, unknown>>;
  if (typeof resource["@type"] !== "string") throw unreadable(path, 'a resource has no "@type"');
  const { name } = wraps ? given : {};
  return [typeof name === "string" ? { name, resource } : { resource }];
}

async function readText(path: string, io: CliIo): Promise<string> {
  if (path === "-") return text(io.stdin);
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw unreadableFile(`the file ${path}`, error);
  }
}

function unreadable(path: string, reason: string): Problem {
  return new Problem("invalid_request", `${path}: ${reason}`);
}
