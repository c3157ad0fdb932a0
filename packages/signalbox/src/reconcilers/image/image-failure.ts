import { Problem } from "@signalbox/base";
import type { Image } from "../../model/image.ts";

/** True when trying again cannot help, or has been tried often enough. */
export function isFinalFailure(
  source: Image["source"],
  error: unknown,
  attempt: number,
  attempts: number,
): boolean {
  // What comes with the region becomes ready as soon as its file is there.
  if (source.type === "builtin") return false;
  const problem = Problem.from(error);
  switch (problem.code) {
    case "unprocessable":
    case "provider_unsupported":
    case "not_found":
    case "invalid_request":
    case "forbidden":
      return true;
    // Room and a free machine come back; whoever does not want to wait deletes the image.
    case "no_capacity":
    case "conflict":
    case "store_unavailable":
    case "store_full":
      return false;
    default:
      return attempt >= attempts;
  }
}

/** For the person who reads it: what went wrong and what to do. */
export function failureMessage(source: Image["source"], error: unknown): string {
  const problem = Problem.from(error);
  const what =
    problem.code === "internal" ? "an unexpected error, which the log has" : problem.message;
  return source.type === "snapshot"
    ? `the snapshot could not be taken: ${what}; delete this image and take another one`
    : `the image could not be imported: ${what}; delete it and import it again`;
}
