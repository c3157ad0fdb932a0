import { Problem } from "@signalbox/base";
import type { Session } from "../client/session.ts";
import { ProgressLine } from "../output/progress-line.ts";
import { type ApiResource, isApiResource } from "./api-resource.ts";
import { listResources } from "./find-resource.ts";
import type { Progress, ResourceType } from "./resource-type.ts";

/** How often a resource that is waited for is read. */
const POLL_MS = 300;

export interface WaitOptions {
  readonly timeoutMs: number;
  /** When the wait is over; default the type's own rule. */
  readonly progress?: (resource: ApiResource) => Progress;
}

/**
 * Reads the resource until it has settled, showing how far it is.
 *
 * @throws Problem `conflict` with the resource's own reason when it fails, `request_timeout`
 *   with the last one when time runs out, `not_found` when it goes away
 */
export async function waitUntilSettled(
  session: Session,
  type: ResourceType,
  id: string,
  options: WaitOptions,
): Promise<ApiResource> {
  const progressOf = options.progress ?? type.progress;
  using line = new ProgressLine(session.io);
  return await poll(session, options.timeoutMs, async (isLast) => {
    const resource = await readResource(session, type, id);
    const progress = progressOf(resource);
    line.show(`${type.title} ${resource.metadata.name}: ${progress.text}`);
    if (progress.state === "settled") return resource;
    if (progress.state === "failed") throw failure(type, resource, progress.text);
    if (isLast) throw timeout(type, resource.metadata.name, progress.text);
    return undefined;
  });
}

/** Reads the resource until it is gone. @throws Problem `request_timeout` */
export async function waitUntilGone(
  session: Session,
  type: ResourceType,
  id: string,
  options: WaitOptions,
): Promise<void> {
  using line = new ProgressLine(session.io);
  await poll(session, options.timeoutMs, async (isLast) => {
    try {
      const { metadata } = await readResource(session, type, id);
      line.show(`${type.title} ${metadata.name}: ${metadata.provisioningStatus ?? "deleting"}`);
      if (isLast) throw timeout(type, metadata.name, "still there");
      return undefined;
    } catch (error) {
      if (Problem.is(error, "not_found")) return true;
      throw error;
    }
  });
}

export async function readResource(
  session: Session,
  type: ResourceType,
  id: string,
): Promise<ApiResource> {
  if (type.isReadByList) return await readFromList(session, type, id);
  const path = `${type.collection(session)}/${encodeURIComponent(id)}`;
  const { body } = await session.client.call("GET", path);
  if (isApiResource(body)) return body;
  throw new Problem("internal", `${path} is not a resource; do the versions fit?`);
}

async function readFromList(
  session: Session,
  type: ResourceType,
  id: string,
): Promise<ApiResource> {
  const all = await listResources(session, type);
  const found = all.find((resource) => resource.metadata.id === id);
  if (found !== undefined) return found;
  throw new Problem("not_found", `no ${type.title} has the id ${id}`);
}

async function poll<T>(
  session: Session,
  timeoutMs: number,
  look: (isLast: boolean) => Promise<T | undefined>,
): Promise<T> {
  const { clock, signal } = session.io;
  const deadlineMs = clock.monotonic() + timeoutMs;
  for (;;) {
    const found = await look(clock.monotonic() >= deadlineMs);
    if (found !== undefined) return found;
    await clock.sleep(POLL_MS, { signal });
  }
}

function failure(type: ResourceType, resource: ApiResource, text: string): Problem {
  return new Problem(
    "unprocessable",
    `${type.title} ${resource.metadata.name} failed: ${text}\n` +
      `see: signalbox ${type.command} get ${resource.metadata.id} --output yaml`,
  );
}

function timeout(type: ResourceType, name: string, text: string): Problem {
  return new Problem(
    "request_timeout",
    `${type.title} ${name} is not there yet (${text}); it goes on. Watch it with ` +
      `signalbox ${type.command} watch, or wait longer with --timeout`,
  );
}
