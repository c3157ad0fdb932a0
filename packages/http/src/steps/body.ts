import { Problem } from "@signalbox/base";
import type { Work } from "../pipeline/row.ts";

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json\s*(?:;|$)/i;

/** Checks media type and content of the body, and drops what the operation does not know. */
export function body(): Work<"request" | "route" | "bytes", "body"> {
  return {
    enter: ({ request, route, bytes }) => {
      const read = route.operation.body;
      if (read === undefined) return { body: undefined };
      assertJson(request.headers["content-type"], bytes);
      const result = read(bytes);
      if (result.ok) return { body: result.value };
      const { detail, faults } = result.error;
      const [first] = faults;
      const where = first === undefined ? "" : `: ${first.pointer || "/"} ${first.detail}`;
      throw new Problem("invalid_request", `${detail}${where}`, { faults });
    },
  };
}

/** A body without a type is taken for JSON; an empty one is another fault (compute-api §4.12). */
function assertJson(contentType: string | undefined, bytes: Buffer | undefined): void {
  if (contentType === undefined || bytes === undefined || bytes.length === 0) return;
  if (!JSON_TYPE.test(contentType)) {
    throw new Problem("unsupported_media_type", "the body must be application/json");
  }
}
