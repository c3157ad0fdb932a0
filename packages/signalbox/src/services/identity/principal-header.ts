import { fail, ok, type Result } from "@signalbox/base";

/** What a trusted service says about its own caller. Attribution only: it grants nothing. */
export interface ForwardedPrincipal {
  readonly actor: string;
  readonly type: "user" | "service" | "system";
  readonly organizationId: string | undefined;
  readonly organizationIds: readonly string[];
  readonly projectId: string | undefined;
}

/** Longer headers are refused before they are decoded. */
const MAX_CHARACTERS = 8192;
const MAX_ORGANIZATIONS = 256;
const TYPES: readonly unknown[] = ["user", "service", "system"];

/** Reads `X-Principal`: base64url JSON (compute-api §4.4). Never throws. */
export function parsePrincipalHeader(header: string): Result<ForwardedPrincipal> {
  if (header.length > MAX_CHARACTERS) return fail("X-Principal is too long");
  if (!/^[A-Za-z0-9_-]+=*$/.test(header)) return fail("X-Principal must be base64url");
  const value = parseJson(Buffer.from(header, "base64url").toString("utf8"));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail("X-Principal must hold a JSON object");
  }
  return readPrincipal(value as Readonly<Record<string, unknown>>);
}

function readPrincipal(value: Readonly<Record<string, unknown>>): Result<ForwardedPrincipal> {
  const { actor, type = "user", organizationIds = [] } = value;
  if (typeof actor !== "string" || actor === "" || actor.length > 256) {
    return fail("X-Principal needs an actor of 1 to 256 characters");
  }
  if (!TYPES.includes(type)) return fail("X-Principal's type must be user, service or system");
  if (!isTextList(organizationIds)) return fail("X-Principal's organizationIds must be a list");
  const organizationId = optionalText(value["organizationId"]);
  const projectId = optionalText(value["projectId"]);
  if (!organizationId.ok || !projectId.ok) {
    return fail("X-Principal's organizationId and projectId must be text");
  }
  return ok({
    actor,
    type: type as ForwardedPrincipal["type"],
    organizationId: organizationId.value,
    organizationIds,
    projectId: projectId.value,
  });
}

function isTextList(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_ORGANIZATIONS &&
    value.every((item) => typeof item === "string")
  );
}

/** Absent and empty mean the same: clients written in Go send empty strings. */
function optionalText(value: unknown): Result<string | undefined> {
  if (value === undefined || value === null || value === "") return ok(undefined);
  return typeof value === "string" && value.length <= 256 ? ok(value) : fail("not text");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
