import type { TakenProfile } from "../profiling/profile-source.ts";
import type { AdminAnswer } from "./admin-request.ts";

/** A profile as a download under its own name. */
export function profileAnswer({ contentType, fileName, body }: TakenProfile): AdminAnswer {
  const headers = {
    "content-type": contentType,
    "content-disposition": `attachment; filename="${fileName}"`,
  };
  return { status: 200, headers, body };
}
