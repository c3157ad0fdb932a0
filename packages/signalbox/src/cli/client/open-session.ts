import type { CliIo } from "../cli-io.ts";
import { findResourceId } from "../resources/find-resource.ts";
import { isId } from "../resources/is-id.ts";
import { REGION_TYPE } from "../resources/resource-types.ts";
import { Session, type SessionOptions } from "./session.ts";

/** A session whose region is known by its id, though it may have been given by name. */
export async function openSession(options: SessionOptions, io: CliIo): Promise<Session> {
  const session = new Session(options, io);
  const { region } = session.chosen;
  if (region === undefined || isId(region)) return session;
  return new Session(
    { ...options, region: await findResourceId(session, REGION_TYPE, region) },
    io,
  );
}
